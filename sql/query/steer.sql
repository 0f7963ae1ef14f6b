-- Interrupt and resume, each as a batch and for one request alone (a third cheaper than a batch of
-- one). Rules that both forms keep, and why:
--   * What is stored with a token comes from UPDATE ... RETURNING, never from a SELECT of the same
--     statement: all parts of a statement share one snapshot, only the UPDATE sees the locked row.
--   * The UPDATE takes the instance's unfinished task in any state and decides CASE by CASE on the
--     row version it locked; `changed_by` tells whether the change was this request's own.
--   * The command row is a plain INSERT. When another transaction committed the token first, the
--     unique violation takes the whole statement back and the caller runs it again.
--   * Task rows are locked in key order, then tokens in key order; a deadlock is run again.
--   * A WHERE on other tables is tried on the snapshot first: whatever may have changed while the
--     task row was waited for is decided in SET, not in WHERE (see `readied`).
--   * LATERAL ... LIMIT 1 keeps the index plan on an empty table.

-- name: interrupt_many
-- $1 accounts, $2 instances, $3 tokens, $4 request ids, $5 fingerprints, $6 modes, $7 principals,
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
FROM answer ORDER BY ord

-- name: interrupt_one
-- As interrupt_many, with scalars.
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
FROM answer

-- name: resume_many
-- $1 accounts, $2 instances, $3 tokens, $4 request ids, $5 fingerprints, $6 principals, $7 reasons
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
    t.direction, r.request_id, r.principal, r.reason, t.changed_by = r.request_id AS own,
    t.updated_at AS at
), readied AS (
  -- Whoever resumes gives the steps a fresh budget of attempts and time.
  UPDATE steps s SET
    ready_at = CASE WHEN s.state = 'pending' THEN clock_timestamp() END,
    failures = CASE WHEN s.state = 'pending' THEN 0 ELSE s.failures END,
    spent_ms = CASE WHEN s.state = 'pending' THEN 0 ELSE s.spent_ms END
  FROM moved m
  WHERE m.own AND s.account_id = m.account_id AND s.task_id = m.task_id AND s.wave = m.wave
    AND s.direction = m.direction
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
FROM answer ORDER BY ord

-- name: resume_one
-- As resume_many, with scalars.
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
  RETURNING t.task_id, t.epoch, t.sequence, t.in_flight, t.wave, t.direction,
    t.changed_by = $4::uuid AS own, t.updated_at AS at
), readied AS (
  -- Whoever resumes gives the steps a fresh budget of attempts and time.
  UPDATE steps s SET
    ready_at = CASE WHEN s.state = 'pending' THEN clock_timestamp() END,
    failures = CASE WHEN s.state = 'pending' THEN 0 ELSE s.failures END,
    spent_ms = CASE WHEN s.state = 'pending' THEN 0 ELSE s.spent_ms END
  FROM moved m
  WHERE m.own AND s.account_id = $1::text AND s.task_id = m.task_id AND s.wave = m.wave
    AND s.direction = m.direction
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
FROM answer
