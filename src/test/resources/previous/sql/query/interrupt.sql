-- Interrupt, as a batch and for one request alone (a third cheaper than a batch of one). Rules that
-- all forms keep, those of resume.sql too, and why:
--   * What is stored with a token comes from UPDATE ... RETURNING, never from a SELECT of the same
--     statement: all parts of a statement share one snapshot, only the UPDATE sees the locked row.
--   * The UPDATE takes the instance's unfinished task in any state and decides CASE by CASE on the
--     row version it locked; `changed_by` tells whether the change was this request's own.
--   * The command row is a plain INSERT. When another transaction committed the token first, the
--     unique violation takes the whole statement back and the caller runs it again.
--   * A signed request is known by its nonce as well, and whatever is answered to it is kept: a
--     refusal or a repeat has a row of its own under an internal token (a space, the request id).
--   * Task rows are locked in key order, then tokens in key order; a deadlock is run again.
--   * A WHERE on other tables is tried on the snapshot first: whatever may have changed while the
--     task row was waited for is decided in SET, not in WHERE (see `readied`).
--   * LATERAL ... LIMIT 1 keeps the index plan on an empty table.

-- name: interrupt_many
-- $1 accounts, $2 instances, $3 tokens, $4 request ids, $5 fingerprints, $6 modes, $7 principals,
-- $8 reasons, $9 nonces, $10 request digests (both null for a request that is not signed); tokens
-- and nonces are distinct within the batch.
WITH req AS MATERIALIZED (
  SELECT u.account_id, u.instance_id, u.client_token, u.request_id, u.fingerprint, u.principal,
         u.reason, u.ord::integer AS ord, u.nonce, u.request_digest,
         n.request_digest IS NOT NULL OR o.fingerprint IS NOT NULL AS seen,
         CASE WHEN n.request_digest <> u.request_digest THEN 'nonce-used'
              WHEN n.request_digest IS NOT NULL THEN coalesce(n.refusal, 'replayed')
              WHEN o.fingerprint <> u.fingerprint THEN 'mismatch'
              WHEN o.fingerprint IS NOT NULL THEN 'replayed' END AS seen_outcome,
         n.request_digest IS NULL AS new_nonce,
         CASE WHEN n.request_digest IS NULL THEN o.request_id ELSE n.request_id END
           AS seen_request_id,
         CASE WHEN n.request_digest IS NULL THEN o.result ELSE n.result END AS seen_result,
         CASE WHEN n.request_digest IS NULL THEN o.task_id ELSE n.task_id END AS seen_task_id,
         CASE WHEN n.request_digest IS NULL THEN o.epoch ELSE n.epoch END AS seen_epoch,
         row_number() OVER same_instance AS rank,
         max(u.mode) OVER (PARTITION BY u.account_id, u.instance_id,
             n.request_digest IS NOT NULL OR o.fingerprint IS NOT NULL) AS mode
  FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::bytea[],
              $6::text[]::interrupt_mode[], $7::text[], $8::text[], $9::uuid[], $10::uuid[])
       WITH ORDINALITY AS u (account_id, instance_id, client_token, request_id, fingerprint,
                             mode, principal, reason, nonce, request_digest, ord)
  LEFT JOIN LATERAL (
    SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
    WHERE c.account_id = u.account_id AND c.client_token = u.client_token LIMIT 1) o ON true
  LEFT JOIN LATERAL (
    SELECT c.request_digest, c.refusal, c.request_id, c.result, c.task_id, c.epoch FROM commands c
    WHERE c.account_id = u.account_id AND c.nonce = u.nonce LIMIT 1) n ON true
  WINDOW same_instance AS (
    PARTITION BY u.account_id, u.instance_id,
                 n.request_digest IS NOT NULL OR o.fingerprint IS NOT NULL ORDER BY u.ord)
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
         CASE WHEN r.seen THEN r.seen_outcome
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
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch,
                        nonce, request_digest, refusal)
  SELECT account_id,
         CASE WHEN outcome IN ('applied', 'already', 'nothing') THEN client_token
              ELSE ' ' || request_id END AS token,
         fingerprint, CASE outcome WHEN 'replayed' THEN seen_request_id ELSE request_id END,
         CASE outcome WHEN 'nothing' THEN 'false' WHEN 'replayed' THEN seen_result
                      WHEN 'applied' THEN 'true' WHEN 'already' THEN 'true' END,
         CASE WHEN seen THEN seen_task_id ELSE task_id END,
         CASE WHEN seen THEN seen_epoch ELSE epoch END,
         nonce, request_digest,
         CASE WHEN outcome IN ('mismatch', 'not-found', 'refused') THEN outcome END
  FROM answer
  WHERE CASE WHEN outcome IN ('applied', 'already', 'nothing') THEN true
             ELSE nonce IS NOT NULL AND new_nonce END
  ORDER BY account_id, token
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
), n AS MATERIALIZED (
  SELECT c.request_digest, c.refusal, c.request_id, c.result, c.task_id, c.epoch FROM commands c
  WHERE c.account_id = $1::text AND c.nonce = $9::uuid
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
    AND NOT EXISTS (SELECT FROM o) AND NOT EXISTS (SELECT FROM n)
  RETURNING t.task_id, t.epoch, t.sequence, t.suspended_from, t.in_flight, t.interrupt_mode,
    t.changed_by = $4::uuid AS own, t.epoch_sequence = t.sequence AS fresh, t.updated_at AS at
), answer AS MATERIALIZED (
  SELECT n.request_digest IS NOT NULL OR o.fingerprint IS NOT NULL AS seen,
         n.request_digest IS NULL AS new_nonce,
         CASE WHEN n.request_digest IS NULL THEN o.request_id ELSE n.request_id END
           AS seen_request_id,
         CASE WHEN n.request_digest IS NULL THEN o.result ELSE n.result END AS seen_result,
         CASE WHEN n.request_digest IS NULL THEN o.task_id ELSE n.task_id END AS seen_task_id,
         CASE WHEN n.request_digest IS NULL THEN o.epoch ELSE n.epoch END AS seen_epoch,
         m.*,
         CASE WHEN n.request_digest <> $10::uuid THEN 'nonce-used'
              WHEN n.request_digest IS NOT NULL THEN coalesce(n.refusal, 'replayed')
              WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
              WHEN o.fingerprint IS NOT NULL THEN 'replayed'
              WHEN m.own THEN 'applied'
              WHEN m.task_id IS NOT NULL THEN 'already'
              WHEN i.standing IS NULL THEN 'not-found'
              WHEN i.standing <> 'normal' THEN 'refused'
              ELSE 'nothing' END AS outcome
  FROM (SELECT) one
  LEFT JOIN o ON true
  LEFT JOIN n ON true
  LEFT JOIN moved m ON true
  LEFT JOIN LATERAL (
    SELECT i.standing FROM instances i
    WHERE o.fingerprint IS NULL AND n.request_digest IS NULL AND m.task_id IS NULL
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
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch,
                        nonce, request_digest, refusal)
  SELECT $1::text,
         CASE WHEN outcome IN ('applied', 'already', 'nothing') THEN $3::text
              ELSE ' ' || $4::uuid END,
         $5::bytea, CASE outcome WHEN 'replayed' THEN seen_request_id ELSE $4::uuid END,
         CASE outcome WHEN 'nothing' THEN 'false' WHEN 'replayed' THEN seen_result
                      WHEN 'applied' THEN 'true' WHEN 'already' THEN 'true' END,
         CASE WHEN seen THEN seen_task_id ELSE task_id END,
         CASE WHEN seen THEN seen_epoch ELSE epoch END,
         $9::uuid, $10::uuid,
         CASE WHEN outcome IN ('mismatch', 'not-found', 'refused') THEN outcome END
  FROM answer
  WHERE CASE WHEN outcome IN ('applied', 'already', 'nothing') THEN true
             ELSE $9::uuid IS NOT NULL AND new_nonce END
)
SELECT 1 AS ord, outcome,
       CASE outcome WHEN 'replayed' THEN seen_result WHEN 'nothing' THEN 'false'
                    WHEN 'applied' THEN 'true' WHEN 'already' THEN 'true' END AS result,
       CASE WHEN seen THEN seen_task_id ELSE task_id END AS task_id,
       CASE WHEN seen THEN seen_epoch ELSE epoch END AS epoch,
       seen_request_id, coalesce(own, false) AS own, sequence, suspended_from, in_flight,
       interrupt_mode::text AS mode, fresh, at
FROM answer
