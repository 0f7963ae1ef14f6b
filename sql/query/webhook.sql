-- Webhooks as their account sees and changes them; how they deliver is in webhook_delivery.sql.

-- name: replace_webhook
-- $1 account, $2 name, $3 URL, $4 instance, $5 kinds, $6 position to go on behind or null for where
-- it is, $7 whether to take the secret too, $8 sealed, $9 key id. Whoever has it now loses it; it
-- begins with a clean slate, also when it was paused.
UPDATE webhooks w SET
  url = $3::text, instance_id = $4::text, kinds = $5::text[],
  position = CASE WHEN $6::bigint IS NULL THEN w.position ELSE least($6::bigint, coalesce(
    (SELECT s.position FROM streams s WHERE s.account_id = $1::text), 0)) END,
  sealed = CASE WHEN $7::boolean THEN $8::bytea ELSE w.sealed END,
  key_id = CASE WHEN $7::boolean THEN $9::text ELSE w.key_id END,
  attempts = 0, failures = 0, paused = NULL, leased_by = NULL, idle = false, asked = false,
  due_at = clock_timestamp(), epoch = w.epoch + 1, updated_at = clock_timestamp()
WHERE w.account_id = $1::text AND w.name = $2::text
RETURNING w.position

-- name: create_webhook
-- $1 account, $2 name, $3 URL, $4 instance, $5 kinds, $6 position to begin behind or null for now,
-- $7 id, $8 sealed, $9 key id, $10 how many an account may have. No row when it has them.
INSERT INTO webhooks (account_id, name, webhook_id, slot, url, instance_id, kinds, sealed, key_id,
                      position)
SELECT $1::text, $2::text, $7::uuid, free.slot, $3::text, $4::text, $5::text[], $8::bytea, $9::text,
       least(coalesce($6::bigint, stream_end.position), stream_end.position)
FROM (SELECT coalesce((SELECT s.position FROM streams s WHERE s.account_id = $1::text), 0)
        AS position) stream_end,
     (SELECT n AS slot FROM generate_series(1, $10::integer) n
      WHERE NOT EXISTS (
        SELECT FROM webhooks w WHERE w.account_id = $1::text AND w.slot = n)
      ORDER BY n LIMIT 1) free
RETURNING position

-- name: delete_webhook
-- $1 account, $2 name
DELETE FROM webhooks WHERE account_id = $1::text AND name = $2::text

-- name: list_webhooks
-- $1 account, $2 name or null for all
SELECT w.name, w.url, w.instance_id, w.kinds, w.position, w.attempts, w.paused, w.last_error,
       w.last_error_at, w.delivered_at, w.created_at, w.updated_at,
       CASE WHEN w.paused IS NULL AND w.leased_by IS NULL AND w.failures > 0
            THEN w.due_at END AS next_attempt_at,
       coalesce((SELECT s.position FROM streams s WHERE s.account_id = w.account_id), 0)
         AS stream_end,
       (SELECT count(*) FROM webhook_dead_letters d
        WHERE d.account_id = w.account_id AND d.name = w.name)::integer AS dead_letters
FROM webhooks w
WHERE w.account_id = $1::text AND ($2::text IS NULL OR w.name = $2::text)
ORDER BY w.name

-- name: list_dead_letters
-- $1 account, $2 name, $3 after this position, $4 limit. One row with a null position when there is
-- none; no row when there is no such webhook.
SELECT d.position, d.attempts, d.error, d.died_at, d.redeliver, e.task_id, e.sequence, e.instance_id,
       e.kind, e.from_state, e.to_state, e.epoch, e.in_flight, e.step, e.node_id, e.request_id,
       e.principal, e.reason, e.interrupt_mode::text AS mode, e.at
FROM webhooks w
LEFT JOIN (
  webhook_dead_letters d
  JOIN stream_entries s ON s.account_id = d.account_id AND s.position = d.position
  JOIN events e
    ON e.account_id = s.account_id AND e.task_id = s.task_id AND e.sequence = s.sequence)
  ON d.account_id = w.account_id AND d.name = w.name AND d.position > $3::bigint
WHERE w.account_id = $1::text AND w.name = $2::text
ORDER BY d.position LIMIT $4::integer

-- name: lock_webhook
-- $1 account, $2 name. Nobody settles its dead letters until the end of the transaction.
SELECT w.name FROM webhooks w WHERE w.account_id = $1::text AND w.name = $2::text
FOR NO KEY UPDATE

-- name: hurry_webhook
-- $1 account, $2 name. It is due now; when a node has it, as soon as that gives it back.
UPDATE webhooks SET
  due_at = CASE WHEN leased_by IS NULL THEN clock_timestamp() ELSE due_at END,
  idle = false, asked = true
WHERE account_id = $1::text AND name = $2::text

-- name: redeliver_dead_letters
-- $1 account, $2 name, $3 position or null for all
UPDATE webhook_dead_letters SET redeliver = true
WHERE account_id = $1::text AND name = $2::text
  AND ($3::bigint IS NULL OR position = $3::bigint)

-- name: drop_dead_letters
-- $1 account, $2 name, $3 position or null for all
DELETE FROM webhook_dead_letters
WHERE account_id = $1::text AND name = $2::text
  AND ($3::bigint IS NULL OR position = $3::bigint)

-- name: keep_command
-- $1 account, $2 token, $3 fingerprint, $4 request id, $5 result. A plain INSERT: when another
-- request kept the token first, the unique violation takes the work back.
INSERT INTO commands (account_id, client_token, fingerprint, request_id, result)
VALUES ($1::text, $2::text, $3::bytea, $4::uuid, $5::text)

-- name: webhooks_sealed_with_other_keys
-- $1 key id, $2 and $3 after this account and name, $4 limit
SELECT account_id, name, sealed FROM webhooks
WHERE key_id <> $1::text AND (account_id, name) > ($2::text COLLATE "C", $3::text COLLATE "C")
ORDER BY account_id, name LIMIT $4::integer

-- name: reseal_webhook
-- $1 account, $2 name, $3 the sealed value that was read, $4 the same secret sealed anew, $5 key id
UPDATE webhooks SET sealed = $4::bytea, key_id = $5::text
WHERE account_id = $1::text AND name = $2::text AND sealed = $3::bytea
