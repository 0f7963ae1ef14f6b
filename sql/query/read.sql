-- Questions that change nothing.

-- name: find_instance
-- $1 account, $2 instance
SELECT i.instance_id, i.version, i.description, i.node_amount, i.standing, i.revision,
       i.specification, i.created_at, i.updated_at
FROM instances i WHERE i.account_id = $1::text AND i.instance_id = $2::text

-- name: list_instances
-- $1 account, $2 rows, $3 rows to skip, $4 part of the description, $5 instance, $6 version,
-- $7 resource group
SELECT i.instance_id, i.version, i.description, i.node_amount, i.standing, i.revision,
       i.specification, i.created_at, i.updated_at
FROM instances i
WHERE i.account_id = $1::text
  AND ($4::text IS NULL OR position($4::text IN i.description) > 0)
  AND ($5::text IS NULL OR i.instance_id = $5::text)
  AND ($6::text IS NULL OR i.version = $6::text)
  AND ($7::text IS NULL OR i.specification::json ->> 'resourceGroupId' = $7::text)
ORDER BY i.created_at DESC, i.instance_id
LIMIT $2::bigint OFFSET $3::bigint

-- name: count_instances
-- $1 account, $2 part of the description, $3 instance, $4 version, $5 resource group
SELECT count(*) AS total FROM instances i
WHERE i.account_id = $1::text
  AND ($2::text IS NULL OR position($2::text IN i.description) > 0)
  AND ($3::text IS NULL OR i.instance_id = $3::text)
  AND ($4::text IS NULL OR i.version = $4::text)
  AND ($5::text IS NULL OR i.specification::json ->> 'resourceGroupId' = $5::text)

-- name: nodes_of_instances
-- $1 account, $2 instances
SELECT n.instance_id, n.node_id, n.address, n.driver, n.api_endpoint, n.credential, n.settings
FROM nodes n WHERE n.account_id = $1::text AND n.instance_id = ANY ($2::text[])
ORDER BY n.instance_id, n.position

-- name: newest_tasks
-- $1 account, $2 instances. The active time counts up to now; steps_after_ack counts the begin
-- events that an interrupt or hold precedes without a resume between.
SELECT t.task_id, t.instance_id, t.change, t.direction, t.state, t.epoch, t.sequence, t.hold,
       t.interrupt_mode::text AS mode, t.in_flight,
       t.active_ms + coalesce(greatest(0,
         (extract(epoch FROM clock_timestamp() - t.active_since) * 1000)::bigint), 0)
         AS active_ms,
       t.created_at, t.updated_at, t.suspended_at, t.quiesced_at, t.finished_at,
       (SELECT count(*) FROM (
          SELECT e.kind, max(e.sequence) FILTER (WHERE e.to_state = 'suspended') OVER so_far AS held,
                 max(e.sequence) FILTER (WHERE e.to_state <> 'suspended') OVER so_far AS released
          FROM events e WHERE e.account_id = t.account_id AND e.task_id = t.task_id
          WINDOW so_far AS (ORDER BY e.sequence)) h
        WHERE h.kind = 'step-begun' AND h.held > coalesce(h.released, 0)) AS steps_after_ack
FROM unnest($2::text[]) AS wanted (instance_id)
CROSS JOIN LATERAL (
  SELECT * FROM tasks t
  WHERE t.account_id = $1::text AND t.instance_id = wanted.instance_id
  ORDER BY t.created_at DESC LIMIT 1) t

-- name: steps_of_tasks
-- $1 account, $2 tasks
SELECT s.task_id, s.step, s.wave, s.direction, s.action, s.node_id, s.state, s.attempt, s.failures,
       s.error, s.bad, s.active_ms, s.settling, s.settling_since, s.checkpoint, s.started_at,
       s.finished_at, s.lease_until
FROM steps s WHERE s.account_id = $1::text AND s.task_id = ANY ($2::uuid[])
ORDER BY s.task_id, s.step

-- name: typical_durations
-- $1 account, $2 instance, $3 change: the median active time of each action, from this fleet's own
-- latest changes of the kind.
SELECT s.action, percentile_disc(0.5) WITHIN GROUP (ORDER BY s.active_ms) AS typical_ms
FROM (SELECT t.account_id, t.task_id FROM tasks t
      WHERE t.account_id = $1::text AND t.instance_id = $2::text AND t.change = $3::text
      ORDER BY t.created_at DESC LIMIT 20) recent
JOIN steps s ON s.account_id = recent.account_id AND s.task_id = recent.task_id
WHERE s.state = 'done' AND NOT s.bad
GROUP BY s.action

-- name: find_output
-- $1 account, $2 instance, $3 step of its newest task
SELECT o.output, o.updated_at
FROM (SELECT t.account_id, t.task_id FROM tasks t
      WHERE t.account_id = $1::text AND t.instance_id = $2::text
      ORDER BY t.created_at DESC LIMIT 1) newest
JOIN step_outputs o ON o.account_id = newest.account_id AND o.task_id = newest.task_id
WHERE o.step = $3::integer

-- name: list_events
-- $1 account, $2 instance, $3 task (null: the newest), $4 after this sequence, $5 how many
SELECT e.task_id, e.sequence, e.kind, e.from_state, e.to_state, e.epoch, e.in_flight, e.step,
       e.node_id, e.request_id, e.principal, e.reason, e.interrupt_mode::text AS mode, e.at
FROM events e
WHERE e.account_id = $1::text AND e.instance_id = $2::text
  AND e.task_id = coalesce($3::uuid,
    (SELECT t.task_id FROM tasks t
     WHERE t.account_id = $1::text AND t.instance_id = $2::text
     ORDER BY t.created_at DESC LIMIT 1))
  AND e.sequence > $4::bigint
ORDER BY e.sequence LIMIT $5::integer

-- name: steps_started_after_ack
-- $1 from, $2 to: the begin events of that span that an interrupt or hold precedes without a
-- resume between. Anything but 0 is a broken promise.
WITH begun AS MATERIALIZED (
  SELECT DISTINCT e.account_id, e.task_id FROM events e
  WHERE e.at >= $1::timestamptz AND e.at < $2::timestamptz AND e.kind = 'step-begun'
), history AS (
  SELECT e.kind, e.at,
         max(e.sequence) FILTER (WHERE e.to_state = 'suspended') OVER so_far AS held,
         max(e.sequence) FILTER (WHERE e.to_state <> 'suspended') OVER so_far AS released
  FROM begun b JOIN events e ON e.account_id = b.account_id AND e.task_id = b.task_id
  WINDOW so_far AS (PARTITION BY e.account_id, e.task_id ORDER BY e.sequence)
)
SELECT count(*) AS steps FROM history h
WHERE h.kind = 'step-begun' AND h.at >= $1::timestamptz AND h.at < $2::timestamptz
  AND h.held > coalesce(h.released, 0)

-- name: database_time
SELECT clock_timestamp() AS now

-- name: primary_timeline
-- The timeline of a server that takes writes; null of a standby. A WAL file's name begins with it
-- (PostgreSQL, 9.28.4).
SELECT CASE WHEN NOT pg_is_in_recovery()
            THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint
       END AS timeline

-- name: schema_version
-- The newest migration that succeeded, to compare with the one this build needs.
SELECT h.version FROM schema_history h
WHERE h.success AND h.version IS NOT NULL ORDER BY h.installed_rank DESC LIMIT 1

-- name: schema_oldest_build
-- See V011__schema_support.sql.
SELECT oldest_build FROM schema_support

-- name: purge_commands
-- $1 retention in ms, $2 how many at most. Oldest first and in small steps; two purges at once
-- pass each other by. A time that stands still within the statement can bound the index scan.
DELETE FROM commands c
USING (SELECT account_id, client_token FROM commands
       WHERE created_at < statement_timestamp() - $1::bigint * interval '1 ms'
       ORDER BY created_at LIMIT $2::integer FOR UPDATE SKIP LOCKED) old
WHERE c.account_id = old.account_id AND c.client_token = old.client_token
