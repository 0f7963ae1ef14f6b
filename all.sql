drop schema if exists holdpoint cascade; create schema holdpoint; set search_path=holdpoint; create table schema_history(installed_rank int, version text, success bool);
-- The whole state of Holdpoint. Every key starts with account_id, so that one database can later be
-- spread by account without a change of schema.

CREATE TABLE accounts (
  account_id text COLLATE "C" PRIMARY KEY CHECK (octet_length(account_id) BETWEEN 1 AND 64),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO accounts (account_id) VALUES ('default');

-- An instance with an unfinished task is never frozen or expired: the interrupt statement looks at
-- `standing` only when it found no unfinished task.
CREATE TABLE instances (
  account_id    text COLLATE "C" NOT NULL REFERENCES accounts,
  instance_id   text COLLATE "C" NOT NULL CHECK (octet_length(instance_id) BETWEEN 1 AND 64),
  standing      text NOT NULL DEFAULT 'normal' CHECK (standing IN ('normal', 'frozen', 'expired')),
  revision      bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
  version       text NOT NULL,
  description   text NOT NULL,
  node_amount   integer NOT NULL CHECK (node_amount > 0),
  specification text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, instance_id)
);

CREATE INDEX instances_newest ON instances (account_id, created_at DESC, instance_id);

CREATE TABLE nodes (
  account_id   text COLLATE "C" NOT NULL,
  instance_id  text COLLATE "C" NOT NULL,
  node_id      text COLLATE "C" NOT NULL CHECK (octet_length(node_id) BETWEEN 1 AND 64),
  position     integer NOT NULL CHECK (position > 0),
  address      text NOT NULL,
  driver       text NOT NULL,
  api_endpoint text,
  credential   text,
  settings     text NOT NULL DEFAULT '{}',
  PRIMARY KEY (account_id, instance_id, node_id),
  FOREIGN KEY (account_id, instance_id) REFERENCES instances ON DELETE CASCADE
);

-- Ordered by strictness; the Java enum has the same order.
CREATE TYPE interrupt_mode AS ENUM ('finish-step', 'safe-point', 'now');

-- Narrow, and no index names a column that an interrupt writes: the interrupt stays a HOT update.
-- finished_at is the one indexed condition that changes, once, when the task ends.
CREATE TABLE tasks (
  account_id     text COLLATE "C" NOT NULL,
  task_id        uuid NOT NULL,
  instance_id    text COLLATE "C" NOT NULL,
  change         text NOT NULL CHECK (change IN ('restart')),
  direction      text NOT NULL DEFAULT 'forward' CHECK (direction IN ('forward', 'back')),
  state          text NOT NULL DEFAULT 'pending'
    CONSTRAINT tasks_state CHECK (state IN
      ('pending', 'running', 'suspended', 'succeeded', 'reverted', 'abandoned')),
  -- Where a suspended task was before; the event names it.
  suspended_from text CHECK (suspended_from IN ('pending', 'running')),
  hold           text
    CONSTRAINT tasks_hold CHECK (hold IN ('interrupt', 'needs-human', 'failure-budget', 'drift')),
  interrupt_mode interrupt_mode,
  -- The fence: every change of state or direction raises it by one.
  epoch          bigint NOT NULL DEFAULT 1 CHECK (epoch > 0),
  -- The task's event counter, raised under the row's lock.
  sequence       bigint NOT NULL DEFAULT 1 CHECK (sequence > 0),
  -- The sequence of the event that began the present epoch.
  epoch_sequence bigint NOT NULL DEFAULT 1 CHECK (epoch_sequence > 0),
  -- The request that made the latest change; a statement compares it with its own to learn whether
  -- the change on the row version it locked was its own.
  changed_by     uuid NOT NULL,
  in_flight      integer NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
  wave           integer NOT NULL DEFAULT 1 CHECK (wave > 0),
  wave_left      integer NOT NULL CHECK (wave_left >= 0),
  active_ms      bigint NOT NULL DEFAULT 0 CHECK (active_ms >= 0),
  active_since   timestamptz,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  suspended_at   timestamptz,
  quiesced_at    timestamptz,
  finished_at    timestamptz,
  PRIMARY KEY (account_id, task_id),
  CONSTRAINT tasks_finished
    CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'reverted', 'abandoned'))),
  CONSTRAINT tasks_suspended
    CHECK ((state = 'suspended') = (suspended_at IS NOT NULL)
       AND (state = 'suspended') = (hold IS NOT NULL)
       AND (state = 'suspended') = (suspended_from IS NOT NULL)
       AND (state = 'suspended' OR interrupt_mode IS NULL)),
  CONSTRAINT tasks_quiet
    CHECK ((quiesced_at IS NOT NULL) = (state = 'suspended' AND in_flight = 0)),
  CONSTRAINT tasks_active CHECK ((state = 'running') = (active_since IS NOT NULL)),
  CONSTRAINT tasks_direction
    CHECK ((state <> 'succeeded' OR direction = 'forward')
       AND (state <> 'reverted' OR direction = 'back')),
  CONSTRAINT tasks_nothing_in_flight
    CHECK (in_flight = 0 OR state IN ('running', 'suspended'))
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX tasks_unfinished ON tasks (account_id, instance_id) WHERE finished_at IS NULL;
CREATE INDEX tasks_newest ON tasks (account_id, instance_id, created_at DESC);

-- What was asked for, beside the narrow task row.
CREATE TABLE changes (
  account_id text COLLATE "C" NOT NULL,
  task_id    uuid NOT NULL,
  parameters text NOT NULL,
  PRIMARY KEY (account_id, task_id),
  FOREIGN KEY (account_id, task_id) REFERENCES tasks ON DELETE CASCADE
);

CREATE TABLE steps (
  account_id  text COLLATE "C" NOT NULL,
  task_id     uuid NOT NULL,
  step        integer NOT NULL CHECK (step > 0),
  wave        integer NOT NULL CHECK (wave > 0),
  action      text NOT NULL CHECK (action IN ('check', 'restart', 'verify')),
  node_id     text COLLATE "C",
  state       text NOT NULL DEFAULT 'pending'
    CONSTRAINT steps_state CHECK (state IN ('pending', 'running', 'done')),
  -- The claim's fence is (claim_epoch, attempt); failures alone count against the step.
  attempt     integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  claim_epoch bigint,
  worker_id   uuid,
  lease_until timestamptz,
  failures    integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  spent_ms    bigint NOT NULL DEFAULT 0 CHECK (spent_ms >= 0),
  error       text,
  checkpoint  text,
  -- Set while the step may be claimed; a claim that finds the task suspended takes it away and
  -- resume sets it again, so that suspended tasks cost a polling worker nothing.
  ready_at    timestamptz,
  started_at  timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (account_id, task_id, step),
  FOREIGN KEY (account_id, task_id) REFERENCES tasks ON DELETE CASCADE,
  CONSTRAINT steps_lease
    CHECK ((state = 'running') = (lease_until IS NOT NULL)
       AND (state = 'running') = (worker_id IS NOT NULL)),
  CONSTRAINT steps_ready_only_pending CHECK (ready_at IS NULL OR state = 'pending'),
  CONSTRAINT steps_done CHECK ((state = 'done') = (finished_at IS NOT NULL))
);

CREATE INDEX steps_ready ON steps (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX steps_leased ON steps (lease_until) WHERE lease_until IS NOT NULL;

-- One row per command that reached a definite answer. A token that begins with a space is our own,
-- for a request that came without one: clients can send visible ASCII only.
CREATE TABLE commands (
  account_id   text COLLATE "C" NOT NULL,
  client_token text COLLATE "C" NOT NULL CHECK (octet_length(client_token) BETWEEN 1 AND 64),
  fingerprint  bytea NOT NULL CHECK (octet_length(fingerprint) = 16),
  request_id   uuid NOT NULL,
  result       text NOT NULL,
  task_id      uuid,
  epoch        bigint,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, client_token)
);

CREATE INDEX commands_oldest ON commands (created_at);

-- Append-only. No foreign key: its check would cost every interrupt a second lock on the task.
CREATE TABLE events (
  account_id     text COLLATE "C" NOT NULL,
  task_id        uuid NOT NULL,
  sequence       bigint NOT NULL CHECK (sequence > 0),
  instance_id    text COLLATE "C" NOT NULL,
  kind           text NOT NULL
    CONSTRAINT events_kind CHECK (kind IN
      ('created', 'started', 'step-begun', 'step-done', 'step-put-back', 'step-failed',
       'interrupted', 'interrupt-tightened', 'held', 'quiesced', 'resumed',
       'succeeded', 'reverted', 'abandoned')),
  from_state     text,
  to_state       text,
  epoch          bigint NOT NULL,
  in_flight      integer NOT NULL,
  step           integer,
  node_id        text,
  request_id     uuid,
  principal      text,
  reason         text,
  interrupt_mode interrupt_mode,
  at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, task_id, sequence),
  -- A change of state says from where to where; nothing else does.
  CONSTRAINT events_transition
    CHECK ((kind IN ('created', 'started', 'interrupted', 'held', 'resumed',
                     'succeeded', 'reverted', 'abandoned')) = (to_state IS NOT NULL))
);

-- Cheap to keep on an append-only table; serves the watch over the latest events.
CREATE INDEX events_latest ON events USING brin (at) WITH (pages_per_range = 16);

-- What `serve` may do, and no more: it cannot change the schema, rewrite history or touch the
-- migration records. A login role gets it by: GRANT holdpoint_runtime TO the_login;
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'holdpoint_runtime') THEN
    CREATE ROLE holdpoint_runtime NOLOGIN;
  END IF;
EXCEPTION
  -- Another database of the same server was migrated at the same moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

GRANT USAGE ON SCHEMA holdpoint TO holdpoint_runtime;
GRANT SELECT, INSERT, UPDATE ON instances, tasks, steps TO holdpoint_runtime;
GRANT SELECT, INSERT, DELETE ON nodes TO holdpoint_runtime;
GRANT SELECT, INSERT, DELETE ON commands TO holdpoint_runtime;
-- Row locks of the purge need UPDATE; one column that nothing else changes is enough.
GRANT UPDATE (created_at) ON commands TO holdpoint_runtime;
GRANT SELECT, INSERT ON accounts, changes, events TO holdpoint_runtime;
-- Readiness compares the schema's version with the one this build needs.
GRANT SELECT ON schema_history TO holdpoint_runtime;

\echo find_command
PREPARE find_command AS -- $1 account, $2 token, $3 fingerprint
SELECT CASE WHEN c.fingerprint = $3::bytea THEN 'replayed' ELSE 'mismatch' END AS outcome,
       CASE WHEN c.fingerprint = $3::bytea THEN c.result END AS result,
       c.request_id AS seen_request_id, c.task_id, c.epoch
FROM commands c WHERE c.account_id = $1::text AND c.client_token = $2::text;
\echo create_instance
PREPARE create_instance AS -- $1 account, $2 instance, $3 token, $4 request id, $5 fingerprint, $6 version, $7 description,
-- $8 node amount, $9 specification, $10 result, $11 node ids, $12 addresses, $13 drivers
WITH o AS MATERIALIZED (
  SELECT c.fingerprint, c.request_id, c.result FROM commands c
  WHERE c.account_id = $1::text AND c.client_token = $3::text
), created AS (
  INSERT INTO instances (account_id, instance_id, version, description, node_amount, specification)
  SELECT $1::text, $2::text, $6::text, $7::text, $8::integer, $9::text
  WHERE NOT EXISTS (SELECT FROM o)
  RETURNING account_id, instance_id
), registered AS (
  INSERT INTO nodes (account_id, instance_id, node_id, position, address, driver)
  SELECT c.account_id, c.instance_id, u.node_id, u.ord::integer, u.address, u.driver
  FROM created c, unnest($11::text[], $12::text[], $13::text[])
    WITH ORDINALITY AS u (node_id, address, driver, ord)
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result)
  SELECT c.account_id, $3::text, $5::bytea, $4::uuid, $10::text FROM created c
)
SELECT CASE WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
            WHEN o.fingerprint IS NOT NULL THEN 'replayed' ELSE 'applied' END AS outcome,
       CASE WHEN o.fingerprint IS NULL THEN $10::text
            WHEN o.fingerprint = $5::bytea THEN o.result END AS result,
       o.request_id AS seen_request_id, NULL::uuid AS task_id, 0::bigint AS epoch
FROM (SELECT) one LEFT JOIN o ON true;
\echo start_change
PREPARE start_change AS -- $1 account, $2 instance, $3 token, $4 request id, $5 fingerprint, $6 principal, $7 reason,
-- $8 task, $9 change, $10 parameters, $11 the revision the plan was made for, $12 result,
-- $13 steps, $14 waves, $15 actions, $16 node ids, $17 steps in the first wave
WITH o AS MATERIALIZED (
  SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
  WHERE c.account_id = $1::text AND c.client_token = $3::text
), i AS MATERIALIZED (
  -- The lock keeps the nodes as they were planned for until the task is there.
  SELECT i.standing, i.revision,
         EXISTS (SELECT FROM tasks t WHERE t.account_id = $1::text AND t.instance_id = $2::text
                   AND t.finished_at IS NULL) AS busy
  FROM instances i WHERE i.account_id = $1::text AND i.instance_id = $2::text
  FOR SHARE OF i
), started AS (
  INSERT INTO tasks (account_id, task_id, instance_id, change, changed_by, wave_left)
  SELECT $1::text, $8::uuid, $2::text, $9::text, $4::uuid, $17::integer FROM i
  WHERE NOT EXISTS (SELECT FROM o) AND i.standing = 'normal' AND NOT i.busy
    AND i.revision = $11::bigint
  RETURNING account_id, task_id, instance_id, epoch, sequence, created_at
), asked AS (
  INSERT INTO changes (account_id, task_id, parameters)
  SELECT s.account_id, s.task_id, $10::text FROM started s
), planned AS (
  INSERT INTO steps (account_id, task_id, step, wave, action, node_id, ready_at)
  SELECT s.account_id, s.task_id, u.step, u.wave, u.action, u.node_id,
         CASE u.wave WHEN 1 THEN clock_timestamp() END
  FROM started s, unnest($13::integer[], $14::integer[], $15::text[], $16::text[])
    AS u (step, wave, action, node_id)
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, to_state, epoch,
                      in_flight, request_id, principal, reason, at)
  SELECT s.account_id, s.task_id, s.sequence, s.instance_id, 'created', 'pending', s.epoch, 0,
         $4::uuid, $6::text, $7::text, s.created_at
  FROM started s
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch)
  SELECT s.account_id, $3::text, $5::bytea, $4::uuid, $12::text, s.task_id, s.epoch FROM started s
)
SELECT CASE WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
            WHEN o.fingerprint IS NOT NULL THEN 'replayed'
            WHEN s.task_id IS NOT NULL THEN 'applied'
            WHEN i.standing IS NULL THEN 'not-found'
            WHEN i.standing <> 'normal' OR i.busy THEN 'refused'
            ELSE 'revised' END AS outcome,
       CASE WHEN s.task_id IS NOT NULL THEN $12::text
            WHEN o.fingerprint = $5::bytea THEN o.result END AS result,
       o.request_id AS seen_request_id,
       coalesce(s.task_id, o.task_id) AS task_id, coalesce(s.epoch, o.epoch) AS epoch,
       s.sequence, s.created_at AS at
FROM (SELECT) one LEFT JOIN o ON true LEFT JOIN i ON true LEFT JOIN started s ON true;
\echo lock_instance
PREPARE lock_instance AS -- $1 account, $2 instance. The next statement of the transaction sees what this one waited for.
SELECT i.standing FROM instances i
WHERE i.account_id = $1::text AND i.instance_id = $2::text FOR UPDATE;
\echo unfinished_task
PREPARE unfinished_task AS -- $1 account, $2 instance
SELECT t.state FROM tasks t
WHERE t.account_id = $1::text AND t.instance_id = $2::text AND t.finished_at IS NULL;
\echo remove_nodes
PREPARE remove_nodes AS -- $1 account, $2 instance
DELETE FROM nodes WHERE account_id = $1::text AND instance_id = $2::text;
\echo add_nodes
PREPARE add_nodes AS -- $1 account, $2 instance, $3 node ids, $4 addresses, $5 drivers, $6 API endpoints,
-- $7 credentials, $8 settings
WITH revised AS (
  UPDATE instances SET revision = revision + 1, updated_at = clock_timestamp(),
    node_amount = cardinality($3::text[])
  WHERE account_id = $1::text AND instance_id = $2::text
  RETURNING account_id, instance_id
)
INSERT INTO nodes (account_id, instance_id, node_id, position, address, driver, api_endpoint,
                   credential, settings)
SELECT r.account_id, r.instance_id, u.node_id, u.ord::integer, u.address, u.driver,
       u.api_endpoint, u.credential, u.settings
FROM revised r, unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
  WITH ORDINALITY AS u (node_id, address, driver, api_endpoint, credential, settings, ord);
\echo find_instance
PREPARE find_instance AS -- $1 account, $2 instance
SELECT i.instance_id, i.version, i.description, i.node_amount, i.standing, i.revision,
       i.specification, i.created_at, i.updated_at
FROM instances i WHERE i.account_id = $1::text AND i.instance_id = $2::text;
\echo list_instances
PREPARE list_instances AS -- $1 account, $2 rows, $3 rows to skip, $4 part of the description, $5 instance, $6 version
SELECT i.instance_id, i.version, i.description, i.node_amount, i.standing, i.revision,
       i.specification, i.created_at, i.updated_at
FROM instances i
WHERE i.account_id = $1::text
  AND ($4::text IS NULL OR position($4::text IN i.description) > 0)
  AND ($5::text IS NULL OR i.instance_id = $5::text)
  AND ($6::text IS NULL OR i.version = $6::text)
ORDER BY i.created_at DESC, i.instance_id
LIMIT $2::bigint OFFSET $3::bigint;
\echo count_instances
PREPARE count_instances AS -- $1 account, $2 part of the description, $3 instance, $4 version
SELECT count(*) AS total FROM instances i
WHERE i.account_id = $1::text
  AND ($2::text IS NULL OR position($2::text IN i.description) > 0)
  AND ($3::text IS NULL OR i.instance_id = $3::text)
  AND ($4::text IS NULL OR i.version = $4::text);
\echo nodes_of_instances
PREPARE nodes_of_instances AS -- $1 account, $2 instances
SELECT n.instance_id, n.node_id, n.address, n.driver, n.api_endpoint, n.credential, n.settings
FROM nodes n WHERE n.account_id = $1::text AND n.instance_id = ANY ($2::text[])
ORDER BY n.instance_id, n.position;
\echo newest_tasks
PREPARE newest_tasks AS -- $1 account, $2 instances. The active time counts up to now; steps_after_ack counts the begin
-- events that an interrupt or hold precedes without a resume between.
SELECT t.task_id, t.instance_id, t.change, t.direction, t.state, t.epoch, t.sequence, t.hold,
       t.interrupt_mode::text AS mode, t.in_flight,
       t.active_ms + coalesce(greatest(0,
         (extract(epoch FROM clock_timestamp() - t.active_since) * 1000)::bigint), 0)
         AS active_ms,
       t.created_at, t.updated_at, t.suspended_at, t.quiesced_at, t.finished_at,
       (SELECT count(*) FROM events b
        WHERE b.account_id = t.account_id AND b.task_id = t.task_id AND b.kind = 'step-begun'
          AND 'suspended' = (SELECT e.to_state FROM events e
                             WHERE e.account_id = b.account_id AND e.task_id = b.task_id
                               AND e.sequence < b.sequence AND e.to_state IS NOT NULL
                             ORDER BY e.sequence DESC LIMIT 1)) AS steps_after_ack
FROM unnest($2::text[]) AS wanted (instance_id)
CROSS JOIN LATERAL (
  SELECT * FROM tasks t
  WHERE t.account_id = $1::text AND t.instance_id = wanted.instance_id
  ORDER BY t.created_at DESC LIMIT 1) t;
\echo steps_of_tasks
PREPARE steps_of_tasks AS -- $1 account, $2 tasks
SELECT s.task_id, s.step, s.wave, s.action, s.node_id, s.state, s.attempt, s.failures, s.error,
       s.checkpoint, s.started_at, s.finished_at, s.lease_until
FROM steps s WHERE s.account_id = $1::text AND s.task_id = ANY ($2::uuid[])
ORDER BY s.task_id, s.step;
\echo list_events
PREPARE list_events AS -- $1 account, $2 instance, $3 task (null: the newest), $4 after this sequence, $5 how many
SELECT e.task_id, e.sequence, e.kind, e.from_state, e.to_state, e.epoch, e.in_flight, e.step,
       e.node_id, e.request_id, e.principal, e.reason, e.interrupt_mode::text AS mode, e.at
FROM events e
WHERE e.account_id = $1::text AND e.instance_id = $2::text
  AND e.task_id = coalesce($3::uuid,
    (SELECT t.task_id FROM tasks t
     WHERE t.account_id = $1::text AND t.instance_id = $2::text
     ORDER BY t.created_at DESC LIMIT 1))
  AND e.sequence > $4::bigint
ORDER BY e.sequence LIMIT $5::integer;
\echo steps_started_after_ack
PREPARE steps_started_after_ack AS -- $1 from, $2 to: the begin events of that span that an interrupt or hold precedes without a
-- resume between. Anything but 0 is a broken promise.
SELECT count(*) AS steps FROM events b
WHERE b.at >= $1::timestamptz AND b.at < $2::timestamptz AND b.kind = 'step-begun'
  AND 'suspended' = (SELECT e.to_state FROM events e
                     WHERE e.account_id = b.account_id AND e.task_id = b.task_id
                       AND e.sequence < b.sequence AND e.to_state IS NOT NULL
                     ORDER BY e.sequence DESC LIMIT 1);
\echo database_time
PREPARE database_time AS SELECT clock_timestamp() AS now;
\echo schema_version
PREPARE schema_version AS -- The newest migration that succeeded, to compare with the one this build needs.
SELECT h.version FROM schema_history h
WHERE h.success AND h.version IS NOT NULL ORDER BY h.installed_rank DESC LIMIT 1;
\echo purge_commands
PREPARE purge_commands AS -- $1 retention in ms, $2 how many at most. Oldest first and in small steps; two purges at once
-- pass each other by.
DELETE FROM commands c
USING (SELECT account_id, client_token FROM commands
       WHERE created_at < clock_timestamp() - $1::bigint * interval '1 ms'
       ORDER BY created_at LIMIT $2::integer FOR UPDATE SKIP LOCKED) old
WHERE c.account_id = old.account_id AND c.client_token = old.client_token;
\echo interrupt_many
PREPARE interrupt_many AS -- $1 accounts, $2 instances, $3 tokens, $4 request ids, $5 fingerprints, $6 modes, $7 principals,
-- $8 reasons; tokens are distinct within the batch.
WITH req AS MATERIALIZED (
  SELECT u.account_id, u.instance_id, u.client_token, u.request_id, u.fingerprint, u.principal,
         u.reason, u.ord::integer AS ord, o.fingerprint IS NOT NULL AS seen,
         o.fingerprint AS seen_fingerprint, o.request_id AS seen_request_id,
         o.result AS seen_result, o.task_id AS seen_task_id, o.epoch AS seen_epoch,
         row_number() OVER same_instance AS rank,
         max(u.mode) OVER (PARTITION BY u.account_id, u.instance_id, o.fingerprint IS NOT NULL)
           AS mode
  FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::bytea[],
              $6::text[]::interrupt_mode[], $7::text[], $8::text[])
       WITH ORDINALITY AS u (account_id, instance_id, client_token, request_id, fingerprint,
                             mode, principal, reason, ord)
  LEFT JOIN LATERAL (
    SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
    WHERE c.account_id = u.account_id AND c.client_token = u.client_token LIMIT 1) o ON true
  WINDOW same_instance AS (
    PARTITION BY u.account_id, u.instance_id, o.fingerprint IS NOT NULL ORDER BY u.ord)
), moved AS (
  UPDATE tasks t SET
    state = 'suspended',
    suspended_from = CASE WHEN t.state = 'suspended' THEN t.suspended_from ELSE t.state END,
    hold = CASE WHEN t.state = 'suspended' THEN t.hold ELSE 'interrupt' END,
    interrupt_mode = CASE
      WHEN t.state <> 'suspended' THEN r.mode
      WHEN t.in_flight > 0 AND r.mode > coalesce(t.interrupt_mode, 'finish-step') THEN r.mode
      ELSE t.interrupt_mode END,
    changed_by = CASE
      WHEN t.state <> 'suspended'
        OR t.in_flight > 0 AND r.mode > coalesce(t.interrupt_mode, 'finish-step')
      THEN r.request_id ELSE t.changed_by END,
    sequence = t.sequence + (t.state <> 'suspended'
        OR t.in_flight > 0 AND r.mode > coalesce(t.interrupt_mode, 'finish-step'))::integer,
    epoch = t.epoch + (t.state <> 'suspended')::integer,
    epoch_sequence = CASE
      WHEN t.state = 'suspended' THEN t.epoch_sequence ELSE t.sequence + 1 END,
    active_ms = t.active_ms + coalesce(greatest(0,
        (extract(epoch FROM clock_timestamp() - t.active_since) * 1000)::bigint), 0),
    active_since = NULL,
    suspended_at = coalesce(t.suspended_at, clock_timestamp()),
    quiesced_at = CASE WHEN t.in_flight = 0 THEN coalesce(t.quiesced_at, clock_timestamp()) END,
    updated_at = clock_timestamp()
  FROM (SELECT * FROM req WHERE NOT seen AND rank = 1 ORDER BY account_id, instance_id) r
  WHERE t.account_id = r.account_id AND t.instance_id = r.instance_id AND t.finished_at IS NULL
  RETURNING t.account_id, t.instance_id, t.task_id, t.epoch, t.sequence, t.suspended_from,
    t.in_flight, t.interrupt_mode, r.request_id, r.principal, r.reason,
    t.changed_by = r.request_id AS own,
    t.epoch_sequence = t.sequence AS fresh, t.updated_at AS at
), answer AS MATERIALIZED (
  SELECT r.*, m.task_id, m.epoch, m.sequence, m.suspended_from, m.in_flight,
         m.interrupt_mode, m.fresh, m.at, coalesce(m.own, false) AND r.rank = 1 AS own,
         CASE WHEN r.seen AND r.seen_fingerprint <> r.fingerprint THEN 'mismatch'
              WHEN r.seen THEN 'replayed'
              WHEN m.own AND r.rank = 1 THEN 'applied'
              WHEN m.task_id IS NOT NULL THEN 'already'
              WHEN i.standing IS NULL THEN 'not-found'
              WHEN i.standing <> 'normal' THEN 'refused'
              ELSE 'nothing' END AS outcome
  FROM req r
  LEFT JOIN moved m
    ON NOT r.seen AND m.account_id = r.account_id AND m.instance_id = r.instance_id
  LEFT JOIN LATERAL (
    SELECT i.standing FROM instances i
    WHERE NOT r.seen AND m.task_id IS NULL
      AND i.account_id = r.account_id AND i.instance_id = r.instance_id LIMIT 1) i ON true
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, request_id, principal, reason, interrupt_mode, at)
  SELECT account_id, task_id, sequence, instance_id,
         CASE WHEN fresh THEN 'interrupted' ELSE 'interrupt-tightened' END,
         CASE WHEN fresh THEN suspended_from END, CASE WHEN fresh THEN 'suspended' END,
         epoch, in_flight, request_id, principal, reason, interrupt_mode, at
  FROM moved WHERE own
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch)
  SELECT account_id, client_token, fingerprint, request_id,
         CASE outcome WHEN 'nothing' THEN 'false' ELSE 'true' END, task_id, epoch
  FROM answer WHERE outcome IN ('applied', 'already', 'nothing')
  ORDER BY account_id, client_token
)
SELECT ord, outcome,
       CASE outcome WHEN 'replayed' THEN seen_result WHEN 'nothing' THEN 'false'
                    WHEN 'applied' THEN 'true' WHEN 'already' THEN 'true' END AS result,
       CASE WHEN seen THEN seen_task_id ELSE task_id END AS task_id,
       CASE WHEN seen THEN seen_epoch ELSE epoch END AS epoch,
       seen_request_id, own, sequence, suspended_from, in_flight, interrupt_mode::text AS mode,
       fresh, at
FROM answer ORDER BY ord;
\echo interrupt_one
PREPARE interrupt_one AS -- As interrupt_many, with scalars.
WITH o AS MATERIALIZED (
  SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
  WHERE c.account_id = $1::text AND c.client_token = $3::text
), moved AS (
  UPDATE tasks t SET
    state = 'suspended',
    suspended_from = CASE WHEN t.state = 'suspended' THEN t.suspended_from ELSE t.state END,
    hold = CASE WHEN t.state = 'suspended' THEN t.hold ELSE 'interrupt' END,
    interrupt_mode = CASE
      WHEN t.state <> 'suspended' THEN $6::text::interrupt_mode
      WHEN t.in_flight > 0
        AND $6::text::interrupt_mode > coalesce(t.interrupt_mode, 'finish-step')
      THEN $6::text::interrupt_mode
      ELSE t.interrupt_mode END,
    changed_by = CASE
      WHEN t.state <> 'suspended' OR t.in_flight > 0
        AND $6::text::interrupt_mode > coalesce(t.interrupt_mode, 'finish-step')
      THEN $4::uuid ELSE t.changed_by END,
    sequence = t.sequence + (t.state <> 'suspended' OR t.in_flight > 0
        AND $6::text::interrupt_mode > coalesce(t.interrupt_mode, 'finish-step'))::integer,
    epoch = t.epoch + (t.state <> 'suspended')::integer,
    epoch_sequence = CASE
      WHEN t.state = 'suspended' THEN t.epoch_sequence ELSE t.sequence + 1 END,
    active_ms = t.active_ms + coalesce(greatest(0,
        (extract(epoch FROM clock_timestamp() - t.active_since) * 1000)::bigint), 0),
    active_since = NULL,
    suspended_at = coalesce(t.suspended_at, clock_timestamp()),
    quiesced_at = CASE WHEN t.in_flight = 0 THEN coalesce(t.quiesced_at, clock_timestamp()) END,
    updated_at = clock_timestamp()
  WHERE t.account_id = $1::text AND t.instance_id = $2::text AND t.finished_at IS NULL
    AND NOT EXISTS (SELECT FROM o)
  RETURNING t.task_id, t.epoch, t.sequence, t.suspended_from, t.in_flight, t.interrupt_mode,
    t.changed_by = $4::uuid AS own, t.epoch_sequence = t.sequence AS fresh, t.updated_at AS at
), answer AS MATERIALIZED (
  SELECT o.fingerprint IS NOT NULL AS seen, o.request_id AS seen_request_id,
         o.result AS seen_result, o.task_id AS seen_task_id, o.epoch AS seen_epoch,
         m.*,
         CASE WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
              WHEN o.fingerprint IS NOT NULL THEN 'replayed'
              WHEN m.own THEN 'applied'
              WHEN m.task_id IS NOT NULL THEN 'already'
              WHEN i.standing IS NULL THEN 'not-found'
              WHEN i.standing <> 'normal' THEN 'refused'
              ELSE 'nothing' END AS outcome
  FROM (SELECT) one
  LEFT JOIN o ON true
  LEFT JOIN moved m ON true
  LEFT JOIN LATERAL (
    SELECT i.standing FROM instances i
    WHERE o.fingerprint IS NULL AND m.task_id IS NULL
      AND i.account_id = $1::text AND i.instance_id = $2::text LIMIT 1) i ON true
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, request_id, principal, reason, interrupt_mode, at)
  SELECT $1::text, task_id, sequence, $2::text,
         CASE WHEN fresh THEN 'interrupted' ELSE 'interrupt-tightened' END,
         CASE WHEN fresh THEN suspended_from END, CASE WHEN fresh THEN 'suspended' END,
         epoch, in_flight, $4::uuid, $7::text, $8::text, interrupt_mode, at
  FROM moved WHERE own
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch)
  SELECT $1::text, $3::text, $5::bytea, $4::uuid,
         CASE outcome WHEN 'nothing' THEN 'false' ELSE 'true' END, task_id, epoch
  FROM answer WHERE outcome IN ('applied', 'already', 'nothing')
)
SELECT 1 AS ord, outcome,
       CASE outcome WHEN 'replayed' THEN seen_result WHEN 'nothing' THEN 'false'
                    WHEN 'applied' THEN 'true' WHEN 'already' THEN 'true' END AS result,
       CASE WHEN seen THEN seen_task_id ELSE task_id END AS task_id,
       CASE WHEN seen THEN seen_epoch ELSE epoch END AS epoch,
       seen_request_id, coalesce(own, false) AS own, sequence, suspended_from, in_flight,
       interrupt_mode::text AS mode, fresh, at
FROM answer;
\echo resume_many
PREPARE resume_many AS -- $1 accounts, $2 instances, $3 tokens, $4 request ids, $5 fingerprints, $6 principals, $7 reasons
WITH req AS MATERIALIZED (
  SELECT u.account_id, u.instance_id, u.client_token, u.request_id, u.fingerprint, u.principal,
         u.reason, u.ord::integer AS ord, o.fingerprint IS NOT NULL AS seen,
         o.fingerprint AS seen_fingerprint, o.request_id AS seen_request_id,
         o.result AS seen_result, o.task_id AS seen_task_id, o.epoch AS seen_epoch,
         row_number() OVER (
           PARTITION BY u.account_id, u.instance_id, o.fingerprint IS NOT NULL ORDER BY u.ord)
           AS rank
  FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::bytea[], $6::text[], $7::text[])
       WITH ORDINALITY AS u (account_id, instance_id, client_token, request_id, fingerprint,
                             principal, reason, ord)
  LEFT JOIN LATERAL (
    SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
    WHERE c.account_id = u.account_id AND c.client_token = u.client_token LIMIT 1) o ON true
), moved AS (
  UPDATE tasks t SET
    state = CASE WHEN t.state = 'suspended' THEN 'running' ELSE t.state END,
    suspended_from = NULL, hold = NULL, interrupt_mode = NULL, suspended_at = NULL,
    quiesced_at = NULL,
    changed_by = CASE WHEN t.state = 'suspended' THEN r.request_id ELSE t.changed_by END,
    sequence = t.sequence + (t.state = 'suspended')::integer,
    epoch = t.epoch + (t.state = 'suspended')::integer,
    epoch_sequence = CASE
      WHEN t.state = 'suspended' THEN t.sequence + 1 ELSE t.epoch_sequence END,
    active_since = CASE
      WHEN t.state = 'suspended' THEN clock_timestamp() ELSE t.active_since END,
    updated_at = clock_timestamp()
  FROM (SELECT * FROM req WHERE NOT seen AND rank = 1 ORDER BY account_id, instance_id) r
  WHERE t.account_id = r.account_id AND t.instance_id = r.instance_id AND t.finished_at IS NULL
  RETURNING t.account_id, t.instance_id, t.task_id, t.epoch, t.sequence, t.in_flight, t.wave,
    r.request_id, r.principal, r.reason, t.changed_by = r.request_id AS own, t.updated_at AS at
), readied AS (
  -- Whoever resumes gives the steps a fresh budget of attempts and time.
  UPDATE steps s SET
    ready_at = CASE WHEN s.state = 'pending' THEN clock_timestamp() END,
    failures = CASE WHEN s.state = 'pending' THEN 0 ELSE s.failures END,
    spent_ms = CASE WHEN s.state = 'pending' THEN 0 ELSE s.spent_ms END
  FROM moved m
  WHERE m.own AND s.account_id = m.account_id AND s.task_id = m.task_id AND s.wave = m.wave
), answer AS MATERIALIZED (
  SELECT r.*, m.task_id, m.epoch, m.sequence, m.in_flight, m.at,
         coalesce(m.own, false) AND r.rank = 1 AS own,
         CASE WHEN r.seen AND r.seen_fingerprint <> r.fingerprint THEN 'mismatch'
              WHEN r.seen THEN 'replayed'
              WHEN m.own AND r.rank = 1 THEN 'applied'
              WHEN m.task_id IS NOT NULL THEN 'already'
              WHEN i.standing IS NULL THEN 'not-found'
              WHEN i.standing <> 'normal' THEN 'refused'
              ELSE 'nothing' END AS outcome
  FROM req r
  LEFT JOIN moved m
    ON NOT r.seen AND m.account_id = r.account_id AND m.instance_id = r.instance_id
  LEFT JOIN LATERAL (
    SELECT i.standing FROM instances i
    WHERE NOT r.seen AND m.task_id IS NULL
      AND i.account_id = r.account_id AND i.instance_id = r.instance_id LIMIT 1) i ON true
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, request_id, principal, reason, at)
  SELECT account_id, task_id, sequence, instance_id, 'resumed', 'suspended', 'running',
         epoch, in_flight, request_id, principal, reason, at
  FROM moved WHERE own
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch)
  SELECT account_id, client_token, fingerprint, request_id,
         CASE outcome WHEN 'nothing' THEN 'false' ELSE 'true' END, task_id, epoch
  FROM answer WHERE outcome IN ('applied', 'already', 'nothing')
  ORDER BY account_id, client_token
)
SELECT ord, outcome,
       CASE outcome WHEN 'replayed' THEN seen_result WHEN 'nothing' THEN 'false'
                    WHEN 'applied' THEN 'true' WHEN 'already' THEN 'true' END AS result,
       CASE WHEN seen THEN seen_task_id ELSE task_id END AS task_id,
       CASE WHEN seen THEN seen_epoch ELSE epoch END AS epoch,
       seen_request_id, own, sequence, in_flight, at
FROM answer ORDER BY ord;
\echo resume_one
PREPARE resume_one AS -- As resume_many, with scalars.
WITH o AS MATERIALIZED (
  SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
  WHERE c.account_id = $1::text AND c.client_token = $3::text
), moved AS (
  UPDATE tasks t SET
    state = CASE WHEN t.state = 'suspended' THEN 'running' ELSE t.state END,
    suspended_from = NULL, hold = NULL, interrupt_mode = NULL, suspended_at = NULL,
    quiesced_at = NULL,
    changed_by = CASE WHEN t.state = 'suspended' THEN $4::uuid ELSE t.changed_by END,
    sequence = t.sequence + (t.state = 'suspended')::integer,
    epoch = t.epoch + (t.state = 'suspended')::integer,
    epoch_sequence = CASE
      WHEN t.state = 'suspended' THEN t.sequence + 1 ELSE t.epoch_sequence END,
    active_since = CASE
      WHEN t.state = 'suspended' THEN clock_timestamp() ELSE t.active_since END,
    updated_at = clock_timestamp()
  WHERE t.account_id = $1::text AND t.instance_id = $2::text AND t.finished_at IS NULL
    AND NOT EXISTS (SELECT FROM o)
  RETURNING t.task_id, t.epoch, t.sequence, t.in_flight, t.wave,
    t.changed_by = $4::uuid AS own, t.updated_at AS at
), readied AS (
  -- Whoever resumes gives the steps a fresh budget of attempts and time.
  UPDATE steps s SET
    ready_at = CASE WHEN s.state = 'pending' THEN clock_timestamp() END,
    failures = CASE WHEN s.state = 'pending' THEN 0 ELSE s.failures END,
    spent_ms = CASE WHEN s.state = 'pending' THEN 0 ELSE s.spent_ms END
  FROM moved m
  WHERE m.own AND s.account_id = $1::text AND s.task_id = m.task_id AND s.wave = m.wave
), answer AS MATERIALIZED (
  SELECT o.fingerprint IS NOT NULL AS seen, o.request_id AS seen_request_id,
         o.result AS seen_result, o.task_id AS seen_task_id, o.epoch AS seen_epoch,
         m.*,
         CASE WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
              WHEN o.fingerprint IS NOT NULL THEN 'replayed'
              WHEN m.own THEN 'applied'
              WHEN m.task_id IS NOT NULL THEN 'already'
              WHEN i.standing IS NULL THEN 'not-found'
              WHEN i.standing <> 'normal' THEN 'refused'
              ELSE 'nothing' END AS outcome
  FROM (SELECT) one
  LEFT JOIN o ON true
  LEFT JOIN moved m ON true
  LEFT JOIN LATERAL (
    SELECT i.standing FROM instances i
    WHERE o.fingerprint IS NULL AND m.task_id IS NULL
      AND i.account_id = $1::text AND i.instance_id = $2::text LIMIT 1) i ON true
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, request_id, principal, reason, at)
  SELECT $1::text, task_id, sequence, $2::text, 'resumed', 'suspended', 'running',
         epoch, in_flight, $4::uuid, $6::text, $7::text, at
  FROM moved WHERE own
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch)
  SELECT $1::text, $3::text, $5::bytea, $4::uuid,
         CASE outcome WHEN 'nothing' THEN 'false' ELSE 'true' END, task_id, epoch
  FROM answer WHERE outcome IN ('applied', 'already', 'nothing')
)
SELECT 1 AS ord, outcome,
       CASE outcome WHEN 'replayed' THEN seen_result WHEN 'nothing' THEN 'false'
                    WHEN 'applied' THEN 'true' WHEN 'already' THEN 'true' END AS result,
       CASE WHEN seen THEN seen_task_id ELSE task_id END AS task_id,
       CASE WHEN seen THEN seen_epoch ELSE epoch END AS epoch,
       seen_request_id, coalesce(own, false) AS own, sequence, in_flight, at
FROM answer;
\echo claim_steps
PREPARE claim_steps AS -- $1 worker, $2 how many at most, $3 lease in ms. A step begins only when the task, locked, still
-- has the epoch the candidate was chosen under and may run; the step of a suspended task is taken
-- out of the ready index until resume puts it back.
WITH candidate AS MATERIALIZED (
  SELECT s.account_id, s.task_id, s.step, t.epoch
  FROM steps s JOIN tasks t ON t.account_id = s.account_id AND t.task_id = s.task_id
  WHERE s.ready_at <= clock_timestamp()
  ORDER BY s.ready_at LIMIT $2::integer
), locked AS MATERIALIZED (
  SELECT t.account_id, t.task_id, t.state, t.epoch FROM tasks t
  WHERE (t.account_id, t.task_id) IN (SELECT c.account_id, c.task_id FROM candidate c)
  ORDER BY t.account_id, t.task_id
  FOR NO KEY UPDATE OF t SKIP LOCKED
), begun AS (
  UPDATE steps s SET
    state = 'running', attempt = s.attempt + 1,
    claim_epoch = l.epoch + (l.state = 'pending')::integer,
    worker_id = $1::uuid, lease_until = clock_timestamp() + $3::bigint * interval '1 ms',
    ready_at = NULL, started_at = coalesce(s.started_at, clock_timestamp())
  FROM candidate c JOIN locked l ON l.account_id = c.account_id AND l.task_id = c.task_id
  WHERE s.account_id = c.account_id AND s.task_id = c.task_id AND s.step = c.step
    AND s.state = 'pending' AND s.ready_at IS NOT NULL
    AND l.state IN ('pending', 'running') AND l.epoch = c.epoch
  RETURNING s.account_id, s.task_id, s.step, s.wave, s.action, s.node_id, s.attempt,
    s.claim_epoch, s.failures, s.spent_ms, s.checkpoint
), parked AS (
  UPDATE steps s SET ready_at = NULL
  FROM candidate c JOIN locked l ON l.account_id = c.account_id AND l.task_id = c.task_id
  WHERE s.account_id = c.account_id AND s.task_id = c.task_id AND s.step = c.step
    AND s.state = 'pending' AND l.state NOT IN ('pending', 'running')
), moved AS (
  UPDATE tasks t SET
    state = 'running',
    epoch = t.epoch + (t.state = 'pending')::integer,
    epoch_sequence = CASE WHEN t.state = 'pending' THEN t.sequence + 1 ELSE t.epoch_sequence END,
    sequence = t.sequence + b.steps + (t.state = 'pending')::integer,
    in_flight = t.in_flight + b.steps,
    active_since = coalesce(t.active_since, clock_timestamp()),
    updated_at = clock_timestamp()
  FROM (SELECT account_id, task_id, count(*)::integer AS steps FROM begun GROUP BY 1, 2) b
  WHERE t.account_id = b.account_id AND t.task_id = b.task_id
  RETURNING t.account_id, t.task_id, t.instance_id, t.change, t.epoch, t.in_flight, b.steps,
    t.sequence - b.steps AS base, t.updated_at AS at
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, step, node_id, principal, at)
  SELECT m.account_id, m.task_id, m.base, m.instance_id, 'started', 'pending', 'running',
         m.epoch, m.in_flight - m.steps, NULL, NULL, 'worker ' || $1::uuid, m.at
  FROM moved m JOIN locked l ON l.account_id = m.account_id AND l.task_id = m.task_id
  WHERE l.state = 'pending'
  UNION ALL
  SELECT m.account_id, m.task_id,
         m.base + row_number() OVER (PARTITION BY b.account_id, b.task_id ORDER BY b.step),
         m.instance_id, 'step-begun', NULL, NULL, m.epoch, m.in_flight, b.step, b.node_id,
         'worker ' || $1::uuid, m.at
  FROM begun b JOIN moved m ON m.account_id = b.account_id AND m.task_id = b.task_id
)
SELECT b.account_id, b.task_id, m.instance_id, m.change, b.step, b.wave, b.action, b.node_id,
       b.attempt, b.claim_epoch, b.failures, b.spent_ms, b.checkpoint, m.epoch, m.in_flight, m.at,
       m.base + row_number() OVER (PARTITION BY b.account_id, b.task_id ORDER BY b.step)
         AS sequence,
       l.state = 'pending' AS first
FROM begun b
JOIN moved m ON m.account_id = b.account_id AND m.task_id = b.task_id
JOIN locked l ON l.account_id = b.account_id AND l.task_id = b.task_id
ORDER BY b.account_id, b.task_id, b.step;
\echo renew_leases
PREPARE renew_leases AS -- $1 accounts, $2 tasks, $3 steps, $4 claim epochs, $5 attempts, $6 lease in ms. A row comes back
-- for each lease that is still held, with what its task wants now.
WITH renewed AS (
  UPDATE steps s SET lease_until = clock_timestamp() + $6::bigint * interval '1 ms'
  FROM unnest($1::text[], $2::uuid[], $3::integer[], $4::bigint[], $5::integer[])
       AS u (account_id, task_id, step, claim_epoch, attempt)
  WHERE s.account_id = u.account_id AND s.task_id = u.task_id AND s.step = u.step
    AND s.state = 'running' AND s.claim_epoch = u.claim_epoch AND s.attempt = u.attempt
  RETURNING s.account_id, s.task_id, s.step, s.attempt
)
SELECT r.account_id, r.task_id, r.step, r.attempt, t.state, t.interrupt_mode::text AS mode
FROM renewed r JOIN tasks t ON t.account_id = r.account_id AND t.task_id = r.task_id;
\echo save_checkpoint
PREPARE save_checkpoint AS -- $1 account, $2 task, $3 step, $4 claim epoch, $5 attempt, $6 checkpoint
UPDATE steps SET checkpoint = $6::text
WHERE account_id = $1::text AND task_id = $2::uuid AND step = $3::integer
  AND state = 'running' AND claim_epoch = $4::bigint AND attempt = $5::integer;
\echo settle_step
PREPARE settle_step AS -- The end of a claim, guarded by the claim's own fence and not by the task's epoch, so that a step
-- in flight can settle after an interrupt.
-- $1 account, $2 task, $3 step, $4 claim epoch, $5 attempt, $6 done | put-back | failed,
-- $7 checkpoint (null keeps it), $8 error, $9 failures that hold the task, $10 ms spent,
-- $11 only when the lease ran out, $12 who, $13 retry delay in ms
WITH locked AS MATERIALIZED (
  SELECT t.account_id, t.task_id, t.state, t.direction, t.wave, t.wave_left, t.in_flight,
         EXISTS (SELECT FROM steps n WHERE n.account_id = $1::text AND n.task_id = $2::uuid
                   AND n.wave = t.wave + 1) AS more_waves
  FROM tasks t WHERE t.account_id = $1::text AND t.task_id = $2::uuid
  FOR NO KEY UPDATE OF t
), settled AS (
  UPDATE steps s SET
    state = CASE
      WHEN $6::text = 'done'
        AND NOT (l.state = 'suspended' AND l.wave_left = 1 AND NOT l.more_waves)
      THEN 'done' ELSE 'pending' END,
    finished_at = CASE
      WHEN $6::text = 'done'
        AND NOT (l.state = 'suspended' AND l.wave_left = 1 AND NOT l.more_waves)
      THEN clock_timestamp() END,
    failures = s.failures + ($6::text = 'failed')::integer,
    error = CASE WHEN $6::text = 'failed' THEN $8::text END,
    checkpoint = coalesce($7::text, s.checkpoint),
    spent_ms = s.spent_ms + $10::bigint,
    worker_id = NULL, lease_until = NULL,
    ready_at = CASE
      WHEN l.state <> 'running' THEN NULL
      WHEN $6::text = 'put-back' THEN clock_timestamp()
      WHEN $6::text = 'failed' AND s.failures + 1 < $9::integer
      THEN clock_timestamp() + $13::bigint * interval '1 ms' END
  FROM locked l
  WHERE s.account_id = l.account_id AND s.task_id = l.task_id AND s.step = $3::integer
    AND s.state = 'running' AND s.claim_epoch = $4::bigint AND s.attempt = $5::integer
    AND (NOT $11::boolean OR s.lease_until < clock_timestamp())
  RETURNING s.account_id, s.task_id, s.step, s.node_id, s.state AS step_state, s.failures,
    l.state, l.direction, l.more_waves,
    s.state = 'done' AND l.wave_left = 1 AS wave_done,
    l.in_flight = 1 AS last_in_flight,
    $6::text = 'failed' AND l.state = 'running' AND s.failures >= $9::integer AS holds
), verdict AS MATERIALIZED (
  SELECT s.*,
         CASE WHEN s.holds THEN 'held'
              WHEN s.wave_done AND NOT s.more_waves AND s.state = 'running'
              THEN CASE s.direction WHEN 'forward' THEN 'succeeded' ELSE 'reverted' END
              WHEN s.state = 'suspended' AND s.last_in_flight THEN 'quiesced' END AS extra,
         CASE WHEN s.step_state = 'done' THEN 'step-done'
              WHEN $6::text = 'failed' THEN 'step-failed'
              ELSE 'step-put-back' END AS kind
  FROM settled s
), moved AS (
  UPDATE tasks t SET
    state = CASE v.extra WHEN 'held' THEN 'suspended' WHEN 'succeeded' THEN 'succeeded'
                         WHEN 'reverted' THEN 'reverted' ELSE t.state END,
    suspended_from = CASE v.extra WHEN 'held' THEN 'running' ELSE t.suspended_from END,
    hold = CASE v.extra WHEN 'held' THEN 'needs-human' ELSE t.hold END,
    epoch = t.epoch + coalesce(v.extra IN ('held', 'succeeded', 'reverted'), false)::integer,
    epoch_sequence = CASE
      WHEN v.extra IN ('held', 'succeeded', 'reverted') THEN t.sequence + 2
      ELSE t.epoch_sequence END,
    sequence = t.sequence + 1 + (v.extra IS NOT NULL)::integer,
    in_flight = t.in_flight - 1,
    wave = t.wave + (v.wave_done AND v.more_waves)::integer,
    wave_left = CASE
      WHEN v.wave_done AND v.more_waves
      THEN (SELECT count(*)::integer FROM steps n
            WHERE n.account_id = t.account_id AND n.task_id = t.task_id AND n.wave = t.wave + 1)
      ELSE t.wave_left - (v.step_state = 'done')::integer END,
    active_ms = t.active_ms + CASE
      WHEN v.extra IN ('held', 'succeeded', 'reverted')
      THEN greatest(0, (extract(epoch FROM clock_timestamp() - t.active_since) * 1000)::bigint)
      ELSE 0 END,
    active_since = CASE
      WHEN v.extra IN ('held', 'succeeded', 'reverted') THEN NULL ELSE t.active_since END,
    suspended_at = CASE v.extra WHEN 'held' THEN clock_timestamp() ELSE t.suspended_at END,
    quiesced_at = CASE
      WHEN v.extra IN ('held', 'quiesced') AND v.last_in_flight THEN clock_timestamp()
      ELSE t.quiesced_at END,
    finished_at = CASE
      WHEN v.extra IN ('succeeded', 'reverted') THEN clock_timestamp() ELSE t.finished_at END,
    updated_at = clock_timestamp()
  FROM verdict v
  WHERE t.account_id = v.account_id AND t.task_id = v.task_id
  RETURNING t.account_id, t.task_id, t.instance_id, t.state, t.epoch, t.sequence, t.in_flight,
    t.wave, t.updated_at AS at, v.step, v.node_id, v.kind, v.extra, v.wave_done, v.step_state
), readied AS (
  UPDATE steps s SET ready_at = CASE WHEN s.state = 'pending' THEN clock_timestamp() END
  FROM moved m
  WHERE m.wave_done AND m.state = 'running'
    AND s.account_id = m.account_id AND s.task_id = m.task_id AND s.wave = m.wave
    AND s.step <> m.step
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, step, node_id, principal, reason, at)
  SELECT m.account_id, m.task_id, m.sequence - (m.extra IS NOT NULL)::integer, m.instance_id,
         m.kind, NULL, NULL,
         m.epoch - coalesce(m.extra IN ('held', 'succeeded', 'reverted'), false)::integer,
         m.in_flight, m.step, m.node_id, $12::text, $8::text, m.at
  FROM moved m
  UNION ALL
  SELECT m.account_id, m.task_id, m.sequence, m.instance_id, m.extra,
         CASE WHEN m.extra <> 'quiesced' THEN 'running' END,
         CASE WHEN m.extra <> 'quiesced' THEN m.state END,
         m.epoch, m.in_flight, m.step, m.node_id, $12::text,
         CASE m.extra WHEN 'held' THEN $8::text END, m.at
  FROM moved m WHERE m.extra IS NOT NULL
)
SELECT account_id, task_id, instance_id, step, node_id, kind, extra, state, epoch, sequence,
       in_flight, $12::text AS principal, $8::text AS reason, at
FROM moved;
\echo expired_leases
PREPARE expired_leases AS -- $1 how many at most
SELECT s.account_id, s.task_id, s.step, s.claim_epoch, s.attempt, s.worker_id
FROM steps s WHERE s.lease_until < clock_timestamp()
ORDER BY s.lease_until LIMIT $1::integer;
\echo nodes_of_step
PREPARE nodes_of_step AS -- $1 account, $2 instance, $3 node; a null node means all of them, for a step on the instance.
SELECT n.node_id, n.address, n.driver, n.api_endpoint, n.credential, n.settings
FROM nodes n
WHERE n.account_id = $1::text AND n.instance_id = $2::text
  AND ($3::text IS NULL OR n.node_id = $3::text)
ORDER BY n.position;