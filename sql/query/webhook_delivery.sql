-- What a node does with the webhooks that it has. Time is the database's. A taken webhook is due
-- again when its lease ends, so that nobody has to look for dead nodes. Each statement that writes
-- names the epoch of its claim; no row means that the webhook is somebody else's by now.

-- name: claim_webhooks
-- $1 node, $2 how many at most, $3 lease in ms. Those with something to send, the longest due first.
WITH due AS MATERIALIZED (
  SELECT w.account_id, w.name FROM webhooks w
  WHERE w.paused IS NULL AND w.due_at <= clock_timestamp()
    AND (EXISTS (SELECT FROM streams s
                 WHERE s.account_id = w.account_id AND s.position > w.position)
         OR EXISTS (SELECT FROM webhook_dead_letters d
                    WHERE d.account_id = w.account_id AND d.name = w.name AND d.redeliver))
  ORDER BY w.due_at LIMIT $2::integer
  FOR NO KEY UPDATE OF w SKIP LOCKED
)
UPDATE webhooks w SET
  leased_by = $1::uuid, due_at = clock_timestamp() + $3::bigint * interval '1 ms',
  epoch = w.epoch + 1
FROM due WHERE w.account_id = due.account_id AND w.name = due.name
RETURNING w.account_id, w.name, w.webhook_id, w.url, w.instance_id, w.kinds, w.sealed, w.position,
  w.epoch

-- name: advance_webhook
-- $1 account, $2 name, $3 epoch, $4 position that was delivered, $5 lease in ms
UPDATE webhooks SET
  position = $4::bigint, attempts = 0, failures = 0, delivered_at = clock_timestamp(),
  due_at = clock_timestamp() + $5::bigint * interval '1 ms'
WHERE account_id = $1::text AND name = $2::text AND epoch = $3::bigint
  AND position < $4::bigint

-- name: fail_webhook
-- $1 account, $2 name, $3 epoch, $4 position that was not delivered, $5 error, $6 attempts after
-- which it is a dead letter, $7 first wait in ms, $8 longest, $9 whether the receiver is gone,
-- $10 dead letters at which it pauses. Waits double; jitter takes up to half. After a dead letter
-- the next entry gets its first attempt at once, but a receiver that stays away waits as long as it
-- did.
WITH failed AS (
  UPDATE webhooks w SET
    position = CASE WHEN w.attempts + 1 < $6::integer OR $9::boolean THEN $4::bigint - 1
                    ELSE $4::bigint END,
    attempts = CASE WHEN w.attempts + 1 < $6::integer OR $9::boolean THEN w.attempts + 1 ELSE 0 END,
    failures = least(w.failures + 1, 1000000),
    paused = CASE
      WHEN $9::boolean THEN 'gone'
      WHEN w.attempts + 1 >= $6::integer AND $10::integer <= 1 + (
        SELECT count(*) FROM webhook_dead_letters d
        WHERE d.account_id = w.account_id AND d.name = w.name) THEN 'dead-letters' END,
    due_at = CASE WHEN w.attempts + 1 < $6::integer
      THEN clock_timestamp() + (0.5 + random() / 2) * interval '1 ms'
             * least($8::double precision, $7::double precision * 2.0 ^ least(w.failures, 40))
      ELSE clock_timestamp() END,
    leased_by = NULL, epoch = w.epoch + 1, last_error = $5::text, last_error_at = clock_timestamp()
  WHERE w.account_id = $1::text AND w.name = $2::text AND w.epoch = $3::bigint
  RETURNING w.account_id, w.name, w.attempts, w.paused
), died AS (
  INSERT INTO webhook_dead_letters AS d (account_id, name, position, attempts, error)
  SELECT f.account_id, f.name, $4::bigint, $6::integer, $5::text FROM failed f WHERE f.attempts = 0
  ON CONFLICT (account_id, name, position) DO UPDATE SET
    attempts = d.attempts + excluded.attempts, error = excluded.error, died_at = excluded.died_at,
    redeliver = false
)
SELECT f.attempts, f.paused FROM failed f

-- name: return_webhook
-- $1 account, $2 name, $3 epoch, $4 position up to which nothing is left to do
UPDATE webhooks SET
  position = greatest(position, $4::bigint), leased_by = NULL, due_at = clock_timestamp(),
  epoch = epoch + 1
WHERE account_id = $1::text AND name = $2::text AND epoch = $3::bigint

-- name: postpone_webhook
-- $1 account, $2 name, $3 epoch, $4 why, $5 how long in ms. No attempt was made.
UPDATE webhooks SET
  leased_by = NULL, due_at = clock_timestamp() + $5::bigint * interval '1 ms', epoch = epoch + 1,
  failures = greatest(failures, 1), last_error = $4::text, last_error_at = clock_timestamp()
WHERE account_id = $1::text AND name = $2::text AND epoch = $3::bigint

-- name: asked_dead_letters
-- $1 account, $2 name, $3 how many
SELECT d.position, e.task_id, e.sequence, e.instance_id, e.kind, e.from_state, e.to_state, e.epoch,
       e.in_flight, e.step, e.node_id, e.request_id, e.principal, e.reason,
       e.interrupt_mode::text AS mode, e.at
FROM webhook_dead_letters d
JOIN stream_entries s ON s.account_id = d.account_id AND s.position = d.position
JOIN events e
  ON e.account_id = s.account_id AND e.task_id = s.task_id AND e.sequence = s.sequence
WHERE d.account_id = $1::text AND d.name = $2::text AND d.redeliver
ORDER BY d.position LIMIT $3::integer

-- name: redelivered
-- $1 account, $2 name, $3 epoch, $4 position, $5 lease in ms
WITH held AS (
  UPDATE webhooks SET
    delivered_at = clock_timestamp(), failures = 0,
    due_at = clock_timestamp() + $5::bigint * interval '1 ms'
  WHERE account_id = $1::text AND name = $2::text AND epoch = $3::bigint
  RETURNING account_id, name
), done AS (
  DELETE FROM webhook_dead_letters d USING held h
  WHERE d.account_id = h.account_id AND d.name = h.name AND d.position = $4::bigint
)
SELECT name FROM held

-- name: not_redelivered
-- $1 account, $2 name, $3 epoch, $4 position, $5 error, $6 lease in ms, $7 whether the receiver is
-- gone. It stays a dead letter; that was the one attempt that was asked for.
WITH held AS (
  UPDATE webhooks SET
    due_at = clock_timestamp() + $6::bigint * interval '1 ms',
    paused = CASE WHEN $7::boolean THEN 'gone' END,
    leased_by = CASE WHEN $7::boolean THEN NULL ELSE leased_by END,
    epoch = epoch + $7::boolean::integer,
    last_error = $5::text, last_error_at = clock_timestamp()
  WHERE account_id = $1::text AND name = $2::text AND epoch = $3::bigint
  RETURNING account_id, name
), failed AS (
  UPDATE webhook_dead_letters d SET
    redeliver = false, attempts = d.attempts + 1, error = $5::text, died_at = clock_timestamp()
  FROM held h
  WHERE d.account_id = h.account_id AND d.name = h.name AND d.position = $4::bigint
)
SELECT name FROM held
