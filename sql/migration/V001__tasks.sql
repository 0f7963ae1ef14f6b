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
