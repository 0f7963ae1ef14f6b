-- The stream over all tasks of an account; why positions are given so is said in V007__stream.sql.

-- name: publish_stream
-- $1 what was seen when positions were given last, as this caller knows it. When another publisher
-- was there since, nothing happens but that the caller learns what that has seen. One row for each
-- account with new entries, at least one.
--   * The comparison stands on the row version that was locked, so of two publishers one does it.
--   * An event that this statement's snapshot sees and the last one did not is new, whenever its
--     transaction began. Within a task the later event cannot be visible without the earlier.
--   * `at` may step back with the clock; its maximum so far cannot.
WITH held AS (
  UPDATE stream_publisher SET seen = pg_current_snapshot(), published_at = clock_timestamp()
  WHERE seen::text = $1::text
    AND EXISTS (
      SELECT FROM events e
      WHERE e.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(e.xid, $1::text::pg_snapshot))
  RETURNING seen::text AS seen
), fresh AS MATERIALIZED (
  SELECT account_id, task_id, sequence,
         row_number() OVER (PARTITION BY account_id ORDER BY settled, task_id, sequence) AS place
  FROM (
    SELECT e.account_id, e.task_id, e.sequence,
           max(e.at) OVER (PARTITION BY e.account_id, e.task_id ORDER BY e.sequence) AS settled
    FROM held CROSS JOIN LATERAL (
      SELECT * FROM events e
      WHERE e.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(e.xid, $1::text::pg_snapshot)) e) history
), moved AS (
  INSERT INTO streams AS s (account_id, position)
  SELECT account_id, count(*) FROM fresh GROUP BY account_id ORDER BY account_id
  ON CONFLICT (account_id) DO UPDATE SET position = s.position + EXCLUDED.position
  RETURNING s.account_id, s.position
), given AS (
  INSERT INTO stream_entries (account_id, position, task_id, sequence)
  SELECT f.account_id, m.position - count(*) OVER (PARTITION BY f.account_id) + f.place,
         f.task_id, f.sequence
  FROM fresh f JOIN moved m ON m.account_id = f.account_id
  ORDER BY f.account_id, f.place
)
SELECT coalesce((SELECT seen FROM held), p.seen::text) AS seen, m.account_id, m.position
FROM stream_publisher p LEFT JOIN moved m ON true

-- name: read_stream
-- $1 account, $2 after this position, $3 how many
SELECT s.position, e.task_id, e.sequence, e.instance_id, e.kind, e.from_state, e.to_state, e.epoch,
       e.in_flight, e.step, e.node_id, e.request_id, e.principal, e.reason,
       e.interrupt_mode::text AS mode, e.at
FROM stream_entries s
JOIN events e
  ON e.account_id = s.account_id AND e.task_id = s.task_id AND e.sequence = s.sequence
WHERE s.account_id = $1::text AND s.position > $2::bigint
ORDER BY s.position LIMIT $3::integer

-- name: stream_end
-- $1 account
SELECT coalesce((SELECT position FROM streams WHERE account_id = $1::text), 0) AS position
