-- The audit trail: what was decided about calls. Pages go from the newest back, along the key.

-- name: append_audit
-- One array a column. A record that is there already, after a lost commit, is left as it is.
INSERT INTO audit_records (account_id, at, record_id, request_id, key_id, principal, action,
                           changing, resource, instance_id, source, decision, code)
SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
                     $7::text[], $8::boolean[], $9::text[], $10::text[], $11::text[], $12::text[],
                     $13::text[])
ON CONFLICT DO NOTHING

-- name: list_audit
-- $1 account, $2 from, $3 and $4 before this time and record, $5 limit, $6 decision or null
SELECT at, record_id, request_id, key_id, principal, action, changing, resource, instance_id,
       source, decision, code
FROM audit_records
WHERE account_id = $1::text AND at >= $2::timestamptz
  AND (at, record_id) < ($3::timestamptz, $4::uuid)
  AND ($6::text IS NULL OR decision = $6::text)
ORDER BY at DESC, record_id DESC LIMIT $5::integer

-- name: list_audit_of_principal
-- As list_audit; $7 principal
SELECT at, record_id, request_id, key_id, principal, action, changing, resource, instance_id,
       source, decision, code
FROM audit_records
WHERE account_id = $1::text AND at >= $2::timestamptz
  AND (at, record_id) < ($3::timestamptz, $4::uuid)
  AND ($6::text IS NULL OR decision = $6::text) AND principal = $7::text
ORDER BY at DESC, record_id DESC LIMIT $5::integer

-- name: list_audit_of_instance
-- As list_audit; $7 instance, $8 principal or null
SELECT at, record_id, request_id, key_id, principal, action, changing, resource, instance_id,
       source, decision, code
FROM audit_records
WHERE account_id = $1::text AND at >= $2::timestamptz
  AND (at, record_id) < ($3::timestamptz, $4::uuid)
  AND ($6::text IS NULL OR decision = $6::text)
  AND instance_id = $7::text AND ($8::text IS NULL OR principal = $8::text)
ORDER BY at DESC, record_id DESC LIMIT $5::integer

-- name: list_audit_by_decision
-- As list_audit; the decision is not null and not 'allowed', as the index wants to be told.
SELECT at, record_id, request_id, key_id, principal, action, changing, resource, instance_id,
       source, decision, code
FROM audit_records
WHERE account_id = $1::text AND at >= $2::timestamptz
  AND (at, record_id) < ($3::timestamptz, $4::uuid)
  AND decision = $6::text AND decision <> 'allowed'
ORDER BY at DESC, record_id DESC LIMIT $5::integer

-- name: purge_audit
-- $1 retention in ms, $2 how many at most. Account by account along the key, oldest first and in
-- small steps; two purges at once pass each other by.
WITH RECURSIVE present AS (
  (SELECT r.account_id FROM audit_records r ORDER BY r.account_id LIMIT 1)
  UNION ALL
  SELECT (SELECT r.account_id FROM audit_records r WHERE r.account_id > p.account_id
          ORDER BY r.account_id LIMIT 1)
  FROM present p WHERE p.account_id IS NOT NULL
), old AS MATERIALIZED (
  SELECT o.account_id, o.at, o.record_id
  FROM present p CROSS JOIN LATERAL (
    SELECT r.account_id, r.at, r.record_id FROM audit_records r
    WHERE r.account_id = p.account_id
      AND r.at < statement_timestamp() - $1::bigint * interval '1 ms'
    ORDER BY r.at LIMIT $2::integer FOR UPDATE SKIP LOCKED) o
  LIMIT $2::integer
)
DELETE FROM audit_records r USING old
WHERE r.account_id = old.account_id AND r.at = old.at AND r.record_id = old.record_id
