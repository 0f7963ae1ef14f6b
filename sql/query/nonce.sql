-- The memory of signed requests around the rare commands, which have statements of their own: the
-- nonce's row is claimed first and answered last, in the transaction of the command. The hot
-- statements carry theirs along.

-- name: claim_nonce
-- $1 account, $2 nonce, $3 request digest, $4 fingerprint, $5 request id. Waits for another request
-- with the nonce to end; no row when that one committed.
INSERT INTO commands (account_id, client_token, fingerprint, request_id, nonce, request_digest,
                      refusal)
VALUES ($1::text, ' nonce ' || $2::uuid, $4::bytea, $5::uuid, $2::uuid, $3::uuid, 'unavailable')
ON CONFLICT (account_id, nonce) WHERE nonce IS NOT NULL DO NOTHING
RETURNING true AS claimed

-- name: find_nonce
-- $1 account, $2 nonce, $3 request digest
SELECT CASE WHEN c.request_digest = $3::uuid THEN coalesce(c.refusal, 'replayed')
            ELSE 'nonce-used' END AS outcome,
       CASE WHEN c.request_digest = $3::uuid THEN c.result END AS result,
       c.request_id AS seen_request_id, c.task_id, c.epoch
FROM commands c WHERE c.account_id = $1::text AND c.nonce = $2::uuid

-- name: answer_nonce
-- $1 account, $2 nonce, $3 result, $4 refusal, $5 task, $6 epoch
UPDATE commands SET result = $3::text, refusal = $4::text, task_id = $5::uuid, epoch = $6::bigint
WHERE account_id = $1::text AND nonce = $2::uuid
