-- The memory of signed requests around the rare commands, which have statements of their own: the
-- answer is kept as the last statement of the command's transaction. The hot statements carry theirs
-- along. A plain INSERT: when another transaction kept the nonce first, the unique violation takes
-- the work back and the caller runs it again.

-- name: find_nonce
-- $1 account, $2 nonce, $3 request digest
SELECT CASE WHEN c.request_digest = $3::uuid THEN coalesce(c.refusal, 'replayed')
            ELSE 'nonce-used' END AS outcome,
       CASE WHEN c.request_digest = $3::uuid THEN c.result END AS result,
       c.request_id AS seen_request_id, c.task_id, c.epoch
FROM commands c WHERE c.account_id = $1::text AND c.nonce = $2::uuid

-- name: keep_nonce
-- $1 account, $2 nonce, $3 request digest, $4 fingerprint, $5 request id, $6 result, $7 refusal,
-- $8 task, $9 epoch
INSERT INTO commands (account_id, client_token, fingerprint, request_id, nonce, request_digest,
                      result, refusal, task_id, epoch)
VALUES ($1::text, ' nonce ' || $2::uuid, $4::bytea, $5::uuid, $2::uuid, $3::uuid,
        $6::text, $7::text, $8::uuid, $9::bigint)
