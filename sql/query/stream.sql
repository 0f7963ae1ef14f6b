-- The stream over all tasks of an account; why positions are given so is said in V007__stream.sql.

-- name: publish_stream
-- $1 what was seen when positions were given last, as this caller knows it. When another publisher
-- was there since, nothing happens but that the caller learns what that has seen. One row for each
-- account with new entries, at least one. Nothing happens either when the database was brought here
-- from another server: then `seen` is null, and see adopt_stream.
--   * The comparison stands on the row version that was locked, so of two publishers one does it.
--   * An event that this statement's snapshot sees and the last one did not is new, whenever its
--     transaction began. Within a task the later event cannot be visible without the earlier.
--   * An event that was brought may name a transaction that is still to come here, which is not the
--     one that wrote its row. Events are not written under a savepoint: that would look the same.
--   * `at` may step back with the clock; its maximum so far cannot.
WITH here AS MATERIALIZED (
  SELECT s.brought FROM stream_server s WHERE s.mark = server_mark(s.tableoid, s.xmin)
), held AS (
  UPDATE stream_publisher SET seen = pg_current_snapshot(), published_at = clock_timestamp(),
    publications = publications + 1
  WHERE seen::text = $1::text
    AND EXISTS (
      SELECT FROM here CROSS JOIN events e
      WHERE e.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND e.xid < pg_snapshot_xmax(pg_current_snapshot())
        AND NOT pg_visible_in_snapshot(e.xid, $1::text::pg_snapshot)
        AND (e.xid > here.brought OR e.xid::xid = e.xmin))
  RETURNING seen::text AS seen
), fresh AS MATERIALIZED (
  SELECT account_id, task_id, sequence,
         row_number() OVER (PARTITION BY account_id ORDER BY settled, task_id, sequence) AS place
  FROM (
    SELECT e.account_id, e.task_id, e.sequence,
           max(e.at) OVER (PARTITION BY e.account_id, e.task_id ORDER BY e.sequence) AS settled
    FROM held CROSS JOIN here CROSS JOIN LATERAL (
      SELECT * FROM events e
      WHERE e.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND e.xid < pg_snapshot_xmax(pg_current_snapshot())
        AND NOT pg_visible_in_snapshot(e.xid, $1::text::pg_snapshot)
        AND (e.xid > here.brought OR e.xid::xid = e.xmin)) e) history
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
SELECT CASE WHEN EXISTS (SELECT FROM here)
            THEN coalesce((SELECT seen FROM held), p.seen::text) END AS seen,
       m.account_id, m.position
FROM stream_publisher p LEFT JOIN moved m ON true

-- name: lock_stream
-- Nobody gives positions until the end of the transaction. What follows reads a table once rather
-- than its index for each of many rows.
SELECT set_config('enable_seqscan', 'on', true), set_config('enable_nestloop', 'off', true)
FROM stream_publisher FOR UPDATE

-- name: find_stream_server
-- With the stream locked. `foreign` says whether the database was brought here; `seen` is what was
-- published on the server that it came from, `since` not later than what was written on this one.
-- Where nobody knows which server `seen` speaks of, every event has to be looked at.
SELECT s.mark <> server_mark(s.tableoid, s.xmin) AS foreign,
       CASE WHEN s.mark = '' THEN '1:1:' ELSE p.seen::text END AS seen,
       greatest(3, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1 - age(s.xmin))::text
         AS since
FROM stream_publisher p CROSS JOIN stream_server s

-- name: adopt_stream
-- $1 and $2 `seen` and `since` of find_stream_server, with the stream locked: the database was
-- brought here. Gives positions to what had none where it came from and to what was written here
-- before anybody looked; from now on `seen` is of this server, and what is in flight comes later.
--   * What was brought names transactions of one server, in which $1 is right, or has its position
--     from an earlier adoption.
WITH candidates AS MATERIALIZED (
  SELECT e.account_id, e.task_id, e.sequence, e.at FROM events e
  WHERE e.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
    AND NOT pg_visible_in_snapshot(e.xid, $1::text::pg_snapshot)
  UNION
  SELECT e.account_id, e.task_id, e.sequence, e.at FROM events e
  WHERE e.xid >= $2::text::xid8 AND e.xid < pg_snapshot_xmax(pg_current_snapshot())
    AND e.xid::xid = e.xmin
), unplaced AS MATERIALIZED (
  SELECT c.account_id, c.task_id, c.sequence, c.at FROM candidates c
  EXCEPT
  SELECT c.account_id, c.task_id, c.sequence, c.at
  FROM candidates c JOIN stream_entries s
    ON s.account_id = c.account_id AND s.task_id = c.task_id AND s.sequence = c.sequence
), fresh AS MATERIALIZED (
  SELECT account_id, task_id, sequence,
         row_number() OVER (PARTITION BY account_id ORDER BY settled, task_id, sequence) AS place
  FROM (
    SELECT u.account_id, u.task_id, u.sequence,
           max(u.at) OVER (PARTITION BY u.account_id, u.task_id ORDER BY u.sequence) AS settled
    FROM unplaced u) history
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
), adopted AS (
  UPDATE stream_server SET
    mark = server_mark(tableoid, pg_current_xact_id()::xid),
    brought = greatest(brought, (SELECT e.xid FROM events e WHERE e.xid IS NOT NULL
                                 ORDER BY e.xid DESC LIMIT 1)),
    adopted_at = clock_timestamp()
), held AS (
  UPDATE stream_publisher SET seen = pg_current_snapshot(), published_at = clock_timestamp(),
    publications = publications + 1
  RETURNING seen::text AS seen
)
SELECT h.seen, m.account_id, m.position FROM held h LEFT JOIN moved m ON true

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
