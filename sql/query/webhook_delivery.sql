-- What a node does with the webhooks that it has. Time is the database's. A taken webhook is due
-- again when its lease ends, so that nobody has to look for dead nodes. Each statement that writes
-- names the epoch of its claim; no row means that the webhook is somebody else's by now.

-- name: claim_webhooks
-- $1 node, $2 how many at most, $3 lease in ms, $4 how many of one account this node may have, $5
-- accounts of which it has some, $6 how many of each. The longest due first. Whether there is
-- something to send is not looked at: what has nothing is idle, or is so after one turn.
--   * No more are looked at than fit a few accounts' turns: an account that fills the window is at
--     its share after this claim, and the next one does not see it.
--   * `statement_timestamp()` is the same for all rows, so that the index ends at it.
--   * LATERAL locks no more than are taken, each by its key; epoch and time say that it is still as
--     it was seen.
WITH had AS MATERIALIZED (
  SELECT account_id, webhooks
  FROM unnest($5::text[], $6::integer[]) AS h (account_id, webhooks)
), next AS MATERIALIZED (
  SELECT n.account_id, n.name, n.due_at, n.epoch,
         row_number() OVER (PARTITION BY n.account_id ORDER BY n.due_at) AS place
  FROM (
    SELECT w.account_id, w.name, w.due_at, w.epoch FROM webhooks w
    WHERE w.paused IS NULL AND NOT w.idle AND w.due_at <= statement_timestamp()
      AND NOT EXISTS (
        SELECT FROM had h WHERE h.account_id = w.account_id AND h.webhooks >= $4::integer)
    ORDER BY w.due_at LIMIT 256) n
), due AS MATERIALIZED (
  SELECT w.account_id, w.name
  FROM (
    SELECT n.account_id, n.name, n.due_at, n.epoch FROM next n
    WHERE n.place <= $4::integer - coalesce(
      (SELECT h.webhooks FROM had h WHERE h.account_id = n.account_id), 0)
    ORDER BY n.due_at) n
  CROSS JOIN LATERAL (
    SELECT w.account_id, w.name FROM webhooks w
    WHERE w.account_id = n.account_id AND w.name = n.name
      AND w.due_at = n.due_at AND w.epoch = n.epoch
    FOR NO KEY UPDATE OF w SKIP LOCKED) w
  LIMIT $2::integer
)
UPDATE webhooks w SET
  leased_by = $1::uuid, due_at = clock_timestamp() + $3::bigint * interval '1 ms',
  asked = false, epoch = w.epoch + 1
FROM due WHERE w.account_id = due.account_id AND w.name = due.name
RETURNING w.account_id, w.name, w.webhook_id, w.url, w.instance_id, w.kinds, w.sealed, w.position,
  w.epoch

-- name: wake_webhooks
-- $1 accounts whose streams have grown. What somebody has locked he changes, or the sweep finds it.
WITH behind AS MATERIALIZED (
  SELECT w.account_id, w.name
  FROM unnest($1::text[]) AS grown (account_id)
  JOIN streams s ON s.account_id = grown.account_id
  JOIN webhooks w ON w.account_id = s.account_id AND w.position < s.position
  WHERE w.idle AND w.paused IS NULL
  FOR NO KEY UPDATE OF w SKIP LOCKED
)
UPDATE webhooks w SET idle = false, due_at = clock_timestamp()
FROM behind b WHERE w.account_id = b.account_id AND w.name = b.name

-- name: sweep_webhooks
-- $1 and $2 after this account and name, $3 how many idle webhooks to look at. Wakes those whose
-- stream has grown though nobody said so. One row with the last that it looked at; none at the end.
-- The LIMIT keeps a plan from reading the streams of accounts that have no webhook.
WITH page AS MATERIALIZED (
  SELECT w.account_id, w.name, w.position FROM webhooks w
  WHERE w.idle AND w.paused IS NULL
    AND (w.account_id, w.name) > ($1::text COLLATE "C", $2::text COLLATE "C")
  ORDER BY w.account_id, w.name LIMIT $3::integer
), behind AS MATERIALIZED (
  SELECT w.account_id, w.name
  FROM page p
  CROSS JOIN LATERAL (
    SELECT FROM streams s
    WHERE s.account_id = p.account_id AND s.position > p.position LIMIT 1) s
  CROSS JOIN LATERAL (
    SELECT w.account_id, w.name FROM webhooks w
    WHERE w.account_id = p.account_id AND w.name = p.name AND w.idle AND w.paused IS NULL
    FOR NO KEY UPDATE OF w SKIP LOCKED) w
), woken AS (
  UPDATE webhooks w SET idle = false, due_at = clock_timestamp()
  FROM behind b WHERE w.account_id = b.account_id AND w.name = b.name
)
SELECT p.account_id, p.name FROM page p ORDER BY p.account_id DESC, p.name DESC LIMIT 1

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
-- $1 account, $2 name, $3 epoch, $4 position up to which nothing is left to do. What grows while
-- this runs is not seen here: who made it grow wakes it, or the sweep does.
UPDATE webhooks w SET
  position = greatest(w.position, $4::bigint), leased_by = NULL, due_at = clock_timestamp(),
  idle = NOT w.asked
    AND NOT EXISTS (SELECT FROM streams s
                    WHERE s.account_id = w.account_id
                      AND s.position > greatest(w.position, $4::bigint))
    AND NOT EXISTS (SELECT FROM webhook_dead_letters d
                    WHERE d.account_id = w.account_id AND d.name = w.name AND d.redeliver),
  epoch = w.epoch + 1
WHERE w.account_id = $1::text AND w.name = $2::text AND w.epoch = $3::bigint

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

-- name: rename_messages
-- After the database was brought from another server. Positions behind the copy may be other events'
-- where it came from; a receiver drops what has an id that it knows. Whoever has a webhook has its
-- old name and loses it.
UPDATE webhooks SET
  webhook_id = gen_random_uuid(), epoch = epoch + 1, leased_by = NULL,
  due_at = CASE WHEN leased_by IS NULL THEN due_at ELSE clock_timestamp() END
