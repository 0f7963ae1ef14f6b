-- Creating instances, starting changes, registering nodes.

-- name: find_command
-- $1 account, $2 token, $3 fingerprint
SELECT CASE WHEN c.fingerprint = $3::bytea THEN 'replayed' ELSE 'mismatch' END AS outcome,
       CASE WHEN c.fingerprint = $3::bytea THEN c.result END AS result,
       c.request_id AS seen_request_id, c.task_id, c.epoch
FROM commands c WHERE c.account_id = $1::text AND c.client_token = $2::text

-- name: create_instance
-- $1 account, $2 instance, $3 token, $4 request id, $5 fingerprint, $6 version, $7 description,
-- $8 node amount, $9 specification, $10 result, $11 node ids, $12 addresses, $13 drivers
WITH o AS MATERIALIZED (
  SELECT c.fingerprint, c.request_id, c.result FROM commands c
  WHERE c.account_id = $1::text AND c.client_token = $3::text
), created AS (
  INSERT INTO instances (account_id, instance_id, version, description, node_amount, specification)
  SELECT $1::text, $2::text, $6::text, $7::text, $8::integer, $9::text
  WHERE NOT EXISTS (SELECT FROM o)
  RETURNING account_id, instance_id
), registered AS (
  INSERT INTO nodes (account_id, instance_id, node_id, position, address, driver)
  SELECT c.account_id, c.instance_id, u.node_id, u.ord::integer, u.address, u.driver
  FROM created c, unnest($11::text[], $12::text[], $13::text[])
    WITH ORDINALITY AS u (node_id, address, driver, ord)
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result)
  SELECT c.account_id, $3::text, $5::bytea, $4::uuid, $10::text FROM created c
)
SELECT CASE WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
            WHEN o.fingerprint IS NOT NULL THEN 'replayed' ELSE 'applied' END AS outcome,
       CASE WHEN o.fingerprint IS NULL THEN $10::text
            WHEN o.fingerprint = $5::bytea THEN o.result END AS result,
       o.request_id AS seen_request_id, NULL::uuid AS task_id, 0::bigint AS epoch
FROM (SELECT) one LEFT JOIN o ON true

-- name: start_change
-- $1 account, $2 instance, $3 token, $4 request id, $5 fingerprint, $6 principal, $7 reason,
-- $8 task, $9 change, $10 parameters, $11 the revision the plan was made for, $12 result,
-- $13 steps, $14 waves, $15 directions, $16 actions, $17 node ids, $18 steps in the first wave,
-- $19 failure budget
WITH o AS MATERIALIZED (
  SELECT c.fingerprint, c.request_id, c.result, c.task_id, c.epoch FROM commands c
  WHERE c.account_id = $1::text AND c.client_token = $3::text
), i AS MATERIALIZED (
  -- The lock keeps the nodes as they were planned for until the task is there.
  SELECT i.standing, i.revision,
         EXISTS (SELECT FROM tasks t WHERE t.account_id = $1::text AND t.instance_id = $2::text
                   AND t.finished_at IS NULL) AS busy
  FROM instances i WHERE i.account_id = $1::text AND i.instance_id = $2::text
  FOR SHARE OF i
), started AS (
  INSERT INTO tasks (account_id, task_id, instance_id, change, changed_by, wave_left)
  SELECT $1::text, $8::uuid, $2::text, $9::text, $4::uuid, $18::integer FROM i
  WHERE NOT EXISTS (SELECT FROM o) AND i.standing = 'normal' AND NOT i.busy
    AND i.revision = $11::bigint
  RETURNING account_id, task_id, instance_id, epoch, sequence, created_at
), asked AS (
  INSERT INTO changes (account_id, task_id, parameters, failure_budget)
  SELECT s.account_id, s.task_id, $10::text, $19::integer FROM started s
), planned AS (
  INSERT INTO steps (account_id, task_id, step, wave, direction, action, node_id, ready_at)
  SELECT s.account_id, s.task_id, u.step, u.wave, u.direction, u.action, u.node_id,
         CASE u.wave WHEN 1 THEN clock_timestamp() END
  FROM started s, unnest($13::integer[], $14::integer[], $15::text[], $16::text[], $17::text[])
    AS u (step, wave, direction, action, node_id)
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, to_state, epoch,
                      in_flight, request_id, principal, reason, at)
  SELECT s.account_id, s.task_id, s.sequence, s.instance_id, 'created', 'pending', s.epoch, 0,
         $4::uuid, $6::text, $7::text, s.created_at
  FROM started s
), recorded AS (
  INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, task_id, epoch)
  SELECT s.account_id, $3::text, $5::bytea, $4::uuid, $12::text, s.task_id, s.epoch FROM started s
)
SELECT CASE WHEN o.fingerprint <> $5::bytea THEN 'mismatch'
            WHEN o.fingerprint IS NOT NULL THEN 'replayed'
            WHEN s.task_id IS NOT NULL THEN 'applied'
            WHEN i.standing IS NULL THEN 'not-found'
            WHEN i.standing <> 'normal' OR i.busy THEN 'refused'
            ELSE 'revised' END AS outcome,
       CASE WHEN s.task_id IS NOT NULL THEN $12::text
            WHEN o.fingerprint = $5::bytea THEN o.result END AS result,
       o.request_id AS seen_request_id,
       coalesce(s.task_id, o.task_id) AS task_id, coalesce(s.epoch, o.epoch) AS epoch,
       s.sequence, s.created_at AS at
FROM (SELECT) one LEFT JOIN o ON true LEFT JOIN i ON true LEFT JOIN started s ON true

-- name: lock_instance
-- $1 account, $2 instance. The next statement of the transaction sees what this one waited for.
SELECT i.standing FROM instances i
WHERE i.account_id = $1::text AND i.instance_id = $2::text FOR UPDATE

-- name: unfinished_task
-- $1 account, $2 instance
SELECT t.state FROM tasks t
WHERE t.account_id = $1::text AND t.instance_id = $2::text AND t.finished_at IS NULL

-- name: remove_nodes
-- $1 account, $2 instance
DELETE FROM nodes WHERE account_id = $1::text AND instance_id = $2::text

-- name: add_nodes
-- $1 account, $2 instance, $3 node ids, $4 addresses, $5 drivers, $6 API endpoints,
-- $7 credentials, $8 settings
WITH revised AS (
  UPDATE instances SET revision = revision + 1, updated_at = clock_timestamp(),
    node_amount = cardinality($3::text[])
  WHERE account_id = $1::text AND instance_id = $2::text
  RETURNING account_id, instance_id
)
INSERT INTO nodes (account_id, instance_id, node_id, position, address, driver, api_endpoint,
                   credential, settings)
SELECT r.account_id, r.instance_id, u.node_id, u.ord::integer, u.address, u.driver,
       u.api_endpoint, u.credential, u.settings
FROM revised r, unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
  WITH ORDINALITY AS u (node_id, address, driver, api_endpoint, credential, settings, ord)
