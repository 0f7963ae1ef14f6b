-- What a human may do with a suspended task beside resuming it. Rare, so one form for all three:
-- the way back (revert), giving up (abandon), and an answer to the engine's hold (decide).

-- name: turn_task
-- $1 account, $2 instance, $3 token, $4 request id, $5 fingerprint, $6 revert | abandon | decide,
-- $7 decision, $8 node the decision is for (null: all that wait), $9 principal, $10 reason.
-- The waves of the way back stand behind the forward ones. Turning back with steps still in flight
-- waits for them in the last forward wave: each counts for it however it ends.
WITH o AS MATERIALIZED (
  SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
  WHERE c.account_id = $1::text AND c.client_token = $3::text
), moved AS (
  UPDATE tasks t SET
    state = CASE $6::text WHEN 'abandon' THEN 'abandoned' ELSE 'running' END,
    direction = CASE $6::text WHEN 'revert' THEN 'back' ELSE t.direction END,
    wave = CASE
      WHEN $6::text = 'revert' AND t.direction = 'forward'
      THEN (SELECT max(s.wave) FROM steps s WHERE s.account_id = t.account_id
              AND s.task_id = t.task_id AND s.direction = 'forward') + (t.in_flight = 0)::integer
      ELSE t.wave END,
    wave_left = CASE
      WHEN $6::text = 'revert' AND t.direction = 'forward' AND t.in_flight > 0 THEN t.in_flight
      WHEN $6::text = 'revert' AND t.direction = 'forward'
      THEN (SELECT count(*)::integer FROM steps s WHERE s.account_id = t.account_id
              AND s.task_id = t.task_id AND s.direction = 'back' AND s.wave =
                (SELECT min(b.wave) FROM steps b WHERE b.account_id = t.account_id
                   AND b.task_id = t.task_id AND b.direction = 'back'))
      ELSE t.wave_left END,
    suspended_from = NULL, hold = NULL, interrupt_mode = NULL, suspended_at = NULL,
    quiesced_at = NULL,
    changed_by = $4::uuid, sequence = t.sequence + 1, epoch = t.epoch + 1,
    epoch_sequence = t.sequence + 1,
    active_since = CASE WHEN $6::text <> 'abandon' THEN clock_timestamp() END,
    finished_at = CASE WHEN $6::text = 'abandon' THEN clock_timestamp() END,
    updated_at = clock_timestamp()
  WHERE t.account_id = $1::text AND t.instance_id = $2::text AND t.finished_at IS NULL
    AND t.state = 'suspended' AND NOT EXISTS (SELECT FROM o)
    AND CASE $6::text
      WHEN 'revert' THEN true
      WHEN 'abandon' THEN t.in_flight = 0
      ELSE t.hold = CASE $7::text WHEN 'accept-drift' THEN 'drift' ELSE 'needs-human' END
        AND EXISTS (SELECT FROM steps s WHERE s.account_id = t.account_id
              AND s.task_id = t.task_id AND s.wave = t.wave AND s.error IS NOT NULL
              AND s.state = 'pending' AND ($8::text IS NULL OR s.node_id = $8::text)) END
  RETURNING t.account_id, t.task_id, t.state, t.direction, t.wave, t.epoch, t.sequence,
    t.in_flight, t.updated_at AS at
), prepared AS (
  UPDATE steps s SET
    ready_at = CASE
      WHEN s.state = 'pending' AND s.direction = m.direction AND s.wave = m.wave
        AND m.state = 'running'
      THEN clock_timestamp() END,
    failures = CASE
      WHEN s.state = 'pending' AND s.direction = m.direction AND s.wave = m.wave
        AND m.state = 'running'
      THEN 0 ELSE s.failures END,
    spent_ms = CASE
      WHEN s.state = 'pending' AND s.direction = m.direction AND s.wave = m.wave
        AND m.state = 'running'
      THEN 0 ELSE s.spent_ms END,
    decision = CASE
      WHEN s.state = 'pending' AND s.wave = m.wave AND s.error IS NOT NULL
        AND ($8::text IS NULL OR s.node_id = $8::text)
      THEN $7::text END
  FROM moved m WHERE s.account_id = m.account_id AND s.task_id = m.task_id
), answer AS MATERIALIZED (
  SELECT o.fingerprint IS NOT NULL AS seen, o.request_id AS seen_request_id,
         o.result AS seen_result, o.task_id AS seen_task_id, o.epoch AS seen_epoch, m.*,
         CASE WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
              WHEN o.fingerprint IS NOT NULL THEN 'replayed'
              WHEN m.task_id IS NOT NULL THEN 'applied'
              WHEN i.standing IS NULL THEN 'not-found'
              ELSE 'refused' END AS outcome
  FROM (SELECT) one
  LEFT JOIN o ON true
  LEFT JOIN moved m ON true
  LEFT JOIN LATERAL (
    SELECT i.standing FROM instances i
    WHERE i.account_id = $1::text AND i.instance_id = $2::text LIMIT 1) i ON true
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, request_id, principal, reason, at)
  SELECT $1::text, task_id, sequence, $2::text,
         CASE $6::text WHEN 'revert' THEN 'reverting' WHEN 'abandon' THEN 'abandoned'
                       ELSE 'decided' END,
         'suspended', state, epoch, in_flight, $4::uuid, $9::text, $10::text, at
  FROM moved
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch)
  SELECT $1::text, $3::text, $5::bytea, $4::uuid, 'true', task_id, epoch
  FROM answer WHERE outcome = 'applied'
)
SELECT outcome, CASE outcome WHEN 'replayed' THEN seen_result WHEN 'applied' THEN 'true' END AS result,
       CASE WHEN seen THEN seen_task_id ELSE task_id END AS task_id,
       CASE WHEN seen THEN seen_epoch ELSE epoch END AS epoch,
       seen_request_id, state, sequence, in_flight, at
FROM answer
