-- What the benchmark prepares and looks up, with the owner's login, in a database of its own.

-- name: bench_is_empty
SELECT NOT EXISTS (SELECT FROM instances) AS empty

-- name: bench_instances
-- $1 and $2 first and last number
INSERT INTO instances (account_id, instance_id, version, description, node_amount, specification)
SELECT 'default', 'ls-cn-' || lpad(i::text, 11, '0'), '7.4.0_with_X-Pack', 'bench', 2, '{}'
FROM generate_series($1::bigint, $2::bigint) i

-- name: bench_tasks
-- $1 and $2 first and last number; each instance has a task that runs
INSERT INTO tasks (account_id, task_id, instance_id, change, state, changed_by, wave_left,
                   active_since)
SELECT 'default', gen_random_uuid(), 'ls-cn-' || lpad(i::text, 11, '0'), 'restart', 'running',
       gen_random_uuid(), 1, clock_timestamp()
FROM generate_series($1::bigint, $2::bigint) i

-- name: bench_tokens
-- $1 how many; of earlier days, as clients make them
INSERT INTO commands (account_id, client_token, fingerprint, request_id, result, created_at)
SELECT 'default', gen_random_uuid()::text, decode(md5(i::text), 'hex'), gen_random_uuid(), 'true',
       clock_timestamp() - interval '3 days'
FROM generate_series(1, $1::bigint) i

-- name: bench_old_tokens
SELECT count(*) AS tokens FROM commands WHERE created_at < clock_timestamp() - interval '2 days'

-- name: bench_run_again
-- Every suspended task runs again, under the fence.
UPDATE tasks SET state = 'running', suspended_from = NULL, hold = NULL, interrupt_mode = NULL,
  suspended_at = NULL, quiesced_at = NULL, active_since = clock_timestamp(), epoch = epoch + 1,
  sequence = sequence + 1, epoch_sequence = sequence + 1
WHERE state = 'suspended'

-- name: bench_vacuum_tasks
VACUUM (ANALYZE) tasks

-- name: bench_vacuum_commands
VACUUM (ANALYZE) commands

-- name: bench_vacuum_instances
VACUUM (ANALYZE) instances

-- name: bench_counters
-- WAL position in bytes, this connection's own process, and the server's version.
SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS wal_bytes,
       pg_backend_pid() AS process, version() AS version

-- name: bench_flushes
SELECT coalesce(sum(fsyncs), 0)::bigint AS flushes FROM pg_stat_io WHERE object = 'wal'

-- name: bench_flushes_before_18
SELECT wal_sync AS flushes FROM pg_stat_wal

-- name: bench_acknowledged
-- $1 tokens, $2 what was acknowledged to each
SELECT count(*) FILTER (WHERE c.client_token IS NULL) AS missing,
       count(*) FILTER (WHERE c.result <> u.result) AS different
FROM unnest($1::text[], $2::text[]) AS u (client_token, result)
LEFT JOIN LATERAL (
  SELECT c.client_token, c.result FROM commands c
  WHERE c.account_id = 'default' AND c.client_token = u.client_token LIMIT 1) c ON true

-- name: bench_effects
-- $1 and $2 bounds of the tokens of one pass. Every true result has changed one task once.
SELECT count(*) AS commands,
       count(*) FILTER (WHERE c.result = 'true') AS applied,
       coalesce(sum(e.events), 0)::bigint AS events,
       count(*) FILTER (WHERE t.changed_by = c.request_id AND t.state = 'suspended') AS transitions
FROM commands c
LEFT JOIN LATERAL (
  SELECT t.changed_by, t.state FROM tasks t
  WHERE t.account_id = c.account_id AND t.task_id = c.task_id LIMIT 1) t ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS events FROM events e
  WHERE e.account_id = c.account_id AND e.task_id = c.task_id AND e.request_id = c.request_id
    AND e.kind IN ('interrupted', 'resumed')) e ON true
WHERE c.account_id = 'default' AND c.client_token >= $1::text AND c.client_token < $2::text
