-- The processes of this service.

-- name: show_service_node
-- $1 node, $2 name, $3 version, $4 whether it takes steps, $5 ms after which a silent node counts as
-- gone. What this node is told: whether it drains, and how many are there and take steps.
WITH shown AS (
  INSERT INTO service_nodes AS n (node_id, name, version, worker)
  VALUES ($1::uuid, $2::text, $3::text, $4::boolean)
  ON CONFLICT (node_id) DO UPDATE SET seen_at = clock_timestamp()
  RETURNING n.draining, n.worker
)
SELECT s.draining,
       (SELECT count(*) FROM service_nodes o
        WHERE o.node_id <> $1::uuid AND o.worker AND NOT o.draining
          AND o.seen_at > clock_timestamp() - $5::bigint * interval '1 ms')
         + (s.worker AND NOT s.draining)::integer AS working
FROM shown s

-- name: remove_service_node
-- $1 node, on its orderly stop
DELETE FROM service_nodes WHERE node_id = $1::uuid

-- name: forget_service_nodes
-- $1 ms: those that were not seen for so long
DELETE FROM service_nodes WHERE seen_at < clock_timestamp() - $1::bigint * interval '1 ms'

-- name: list_service_nodes
-- $1 ms after which a silent node counts as gone
SELECT n.node_id, n.name, n.version, n.worker, n.draining, n.started_at, n.seen_at,
       n.seen_at > clock_timestamp() - $1::bigint * interval '1 ms' AS alive,
       coalesce(l.leases, 0)::integer AS leases
FROM service_nodes n
LEFT JOIN (
  SELECT s.worker_id, count(*) AS leases FROM steps s
  WHERE s.lease_until IS NOT NULL GROUP BY s.worker_id) l ON l.worker_id = n.node_id
ORDER BY n.started_at, n.node_id

-- name: drain_service_node
-- $1 node, $2 whether it shall take no further step
UPDATE service_nodes SET draining = $2::boolean WHERE node_id = $1::uuid
