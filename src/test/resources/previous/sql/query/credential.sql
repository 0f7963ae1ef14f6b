-- Credentials of nodes, sealed.

-- name: put_credential
-- $1 account, $2 name, $3 member names, $4 sealed, $5 key id
INSERT INTO credentials (account_id, name, members, sealed, key_id)
VALUES ($1::text, $2::text, $3::text[], $4::bytea, $5::text)
ON CONFLICT (account_id, name) DO UPDATE
SET members = excluded.members, sealed = excluded.sealed, key_id = excluded.key_id,
    updated_at = clock_timestamp()

-- name: find_credential
-- $1 account, $2 name
SELECT sealed FROM credentials WHERE account_id = $1::text AND name = $2::text

-- name: list_credentials
-- $1 account, $2 after this name, $3 limit
SELECT name, members, created_at, updated_at FROM credentials
WHERE account_id = $1::text AND name > $2::text COLLATE "C"
ORDER BY name LIMIT $3::integer

-- name: keep_credentials
-- $1 account, $2 names. Until the end of the transaction none of them can be deleted.
SELECT name FROM credentials WHERE account_id = $1::text AND name = ANY ($2::text[])
ORDER BY name FOR KEY SHARE

-- name: lock_credential
-- $1 account, $2 name. Waits for whoever keeps it; the next statement sees the nodes they wrote.
SELECT name FROM credentials WHERE account_id = $1::text AND name = $2::text FOR UPDATE

-- name: credential_user
-- $1 account, $2 name
SELECT instance_id FROM nodes WHERE account_id = $1::text AND credential = $2::text
ORDER BY instance_id LIMIT 1

-- name: delete_credential
-- $1 account, $2 name
DELETE FROM credentials WHERE account_id = $1::text AND name = $2::text

-- name: sealed_with_other_keys
-- $1 key id, $2 and $3 after this account and name, $4 limit
SELECT account_id, name, sealed FROM credentials
WHERE key_id <> $1::text AND (account_id, name) > ($2::text COLLATE "C", $3::text COLLATE "C")
ORDER BY account_id, name LIMIT $4::integer

-- name: reseal_credential
-- $1 account, $2 name, $3 the sealed value that was read, $4 the same secret sealed anew, $5 key id
UPDATE credentials SET sealed = $4::bytea, key_id = $5::text
WHERE account_id = $1::text AND name = $2::text AND sealed = $3::bytea
