-- Access keys, sealed.

-- name: find_access_keys
-- $1 key ids
SELECT account_id, key_id, user_name, sealed, state, roles, policy FROM access_keys
WHERE key_id = ANY ($1::text[])

-- name: lock_access_key
-- $1 key id
SELECT account_id, user_name, state, roles, policy FROM access_keys WHERE key_id = $1::text
FOR UPDATE

-- name: list_access_keys
-- $1 account (null: all), $2 and $3 after this account and key id, $4 limit
SELECT account_id, key_id, user_name, state, roles, policy, created_at, updated_at
FROM access_keys
WHERE ($1::text IS NULL OR account_id = $1::text)
  AND (account_id, key_id) > ($2::text COLLATE "C", $3::text COLLATE "C")
ORDER BY account_id, key_id LIMIT $4::integer

-- name: ensure_account
-- $1 account
INSERT INTO accounts (account_id) VALUES ($1::text) ON CONFLICT DO NOTHING

-- name: add_access_key
-- $1 account, $2 key id, $3 user, $4 sealed, $5 sealing key, $6 roles, $7 policy
INSERT INTO access_keys (account_id, key_id, user_name, sealed, sealing_key_id, roles, policy)
VALUES ($1::text, $2::text, $3::text, $4::bytea, $5::text, $6::text[], $7::text)
ON CONFLICT DO NOTHING

-- name: set_access_key_state
-- $1 key id, $2 state
UPDATE access_keys SET state = $2::text, updated_at = clock_timestamp() WHERE key_id = $1::text

-- name: set_access_key_rights
-- $1 key id, $2 roles, $3 policy
UPDATE access_keys SET roles = $2::text[], policy = $3::text, updated_at = clock_timestamp()
WHERE key_id = $1::text

-- name: replace_access_key_secret
-- $1 key id, $2 the sealed value that was read, $3 another secret sealed, $4 sealing key
UPDATE access_keys SET sealed = $3::bytea, sealing_key_id = $4::text, updated_at = clock_timestamp()
WHERE key_id = $1::text AND sealed = $2::bytea

-- name: remove_access_key
-- $1 key id
DELETE FROM access_keys WHERE key_id = $1::text

-- name: access_keys_sealed_with_other_keys
-- $1 sealing key, $2 and $3 after this account and key id, $4 limit
SELECT account_id, key_id AS name, sealed FROM access_keys
WHERE sealing_key_id <> $1::text
  AND (account_id, key_id) > ($2::text COLLATE "C", $3::text COLLATE "C")
ORDER BY account_id, key_id LIMIT $4::integer

-- name: reseal_access_key
-- $1 account, $2 key id, $3 the sealed value that was read, $4 the same secret sealed anew,
-- $5 sealing key
UPDATE access_keys SET sealed = $4::bytea, sealing_key_id = $5::text
WHERE account_id = $1::text AND key_id = $2::text AND sealed = $3::bytea
