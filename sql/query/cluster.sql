-- How members of the event bus's cluster find each other; JGroups' JDBC_PING runs these and says
-- which parameters they take and which columns they give, in which order.

-- name: insert_member
-- $1 address, $2 cluster, $3 what others need to reach it
INSERT INTO cluster_members (own_addr, cluster_name, ping_data)
VALUES ($1::text, $2::text, $3::bytea)

-- name: delete_member
-- $1 address, $2 cluster
DELETE FROM cluster_members WHERE own_addr = $1::text AND cluster_name = $2::text

-- name: find_member
-- $1 cluster, $2 address
SELECT count(own_addr) AS recordcount FROM cluster_members
WHERE cluster_name = $1::text AND own_addr = $2::text

-- name: list_members
-- $1 cluster
SELECT ping_data, own_addr, cluster_name FROM cluster_members WHERE cluster_name = $1::text

-- name: clear_members
-- $1 cluster
DELETE FROM cluster_members WHERE cluster_name = $1::text
