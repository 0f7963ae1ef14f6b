-- What a worker does. Every statement that moves a step locks the task row first and decides on the
-- locked version; a check without the lock races with an interrupt. One statement each, so that a
-- frozen worker never holds a task's lock.

-- name: claim_steps
-- $1 worker, $2 how many at most, $3 lease in ms, $4 how many it has, $5 how many workers there are.
-- It takes its share of all that run or are ready, and one more when some were left lying for longer
-- than any living worker sleeps. A step begins only when the task, locked, still
-- has the epoch the candidate was chosen under and may run; the step of a suspended task is taken
-- out of the ready index until resume puts it back. The planner takes an unknown LIMIT for a tenth
-- of the table and would read all tasks: LATERAL and the constant LIMIT keep it to the rows wanted.
WITH oldest AS MATERIALIZED (
  SELECT r.account_id, r.task_id, r.step, r.ready_at FROM steps r
  WHERE r.ready_at <= clock_timestamp() ORDER BY r.ready_at LIMIT 256
), share AS MATERIALIZED (
  SELECT CASE WHEN $5::integer = 1 THEN $2::integer
         ELSE least($2::integer, greatest(
           (SELECT coalesce((min(o.ready_at) < clock_timestamp() - interval '1 second')::integer, 0)
            FROM oldest o),
           ceil(((SELECT count(*) FROM oldest)
             + (SELECT count(*) FROM steps r WHERE r.lease_until IS NOT NULL))
           / $5::double precision)::integer - $4::integer)) END AS steps
), candidate AS MATERIALIZED (
  SELECT s.account_id, s.task_id, s.step, t.epoch
  FROM (SELECT o.* FROM oldest o ORDER BY o.ready_at LIMIT (SELECT steps FROM share)) s
  CROSS JOIN LATERAL (
    SELECT t.epoch FROM tasks t
    WHERE t.account_id = s.account_id AND t.task_id = s.task_id LIMIT 1) t
), locked AS MATERIALIZED (
  SELECT t.* FROM (
    SELECT DISTINCT c.account_id, c.task_id FROM candidate c ORDER BY c.account_id, c.task_id) c
  CROSS JOIN LATERAL (
    SELECT t.account_id, t.task_id, t.state, t.direction, t.epoch FROM tasks t
    WHERE t.account_id = c.account_id AND t.task_id = c.task_id
    FOR NO KEY UPDATE OF t SKIP LOCKED) t
), begun AS (
  UPDATE steps s SET
    state = 'running', attempt = s.attempt + 1,
    claim_epoch = l.epoch + (l.state = 'pending')::integer,
    worker_id = $1::uuid, lease_until = clock_timestamp() + $3::bigint * interval '1 ms',
    ready_at = NULL, started_at = coalesce(s.started_at, clock_timestamp())
  FROM candidate c JOIN locked l ON l.account_id = c.account_id AND l.task_id = c.task_id
  WHERE s.account_id = c.account_id AND s.task_id = c.task_id AND s.step = c.step
    AND s.state = 'pending' AND s.ready_at IS NOT NULL
    AND l.state IN ('pending', 'running') AND l.epoch = c.epoch AND l.direction = s.direction
  RETURNING s.account_id, s.task_id, s.step, s.wave, s.direction, s.action, s.node_id, s.attempt,
    s.claim_epoch, s.failures, s.spent_ms, s.checkpoint, s.decision
), parked AS (
  UPDATE steps s SET ready_at = NULL
  FROM candidate c JOIN locked l ON l.account_id = c.account_id AND l.task_id = c.task_id
  WHERE s.account_id = c.account_id AND s.task_id = c.task_id AND s.step = c.step
    AND s.state = 'pending'
    AND (l.state NOT IN ('pending', 'running') OR l.direction <> s.direction)
), moved AS (
  UPDATE tasks t SET
    state = 'running',
    epoch = t.epoch + (t.state = 'pending')::integer,
    epoch_sequence = CASE WHEN t.state = 'pending' THEN t.sequence + 1 ELSE t.epoch_sequence END,
    sequence = t.sequence + b.steps + (t.state = 'pending')::integer,
    in_flight = t.in_flight + b.steps,
    active_since = coalesce(t.active_since, clock_timestamp()),
    updated_at = clock_timestamp()
  FROM (SELECT account_id, task_id, count(*)::integer AS steps FROM begun GROUP BY 1, 2) b
  WHERE t.account_id = b.account_id AND t.task_id = b.task_id
  RETURNING t.account_id, t.task_id, t.instance_id, t.change, t.epoch, t.in_flight, b.steps,
    t.sequence - b.steps AS base, t.updated_at AS at
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, step, node_id, principal, at)
  SELECT m.account_id, m.task_id, m.base, m.instance_id, 'started', 'pending', 'running',
         m.epoch, m.in_flight - m.steps, NULL, NULL, 'worker ' || $1::uuid, m.at
  FROM moved m JOIN locked l ON l.account_id = m.account_id AND l.task_id = m.task_id
  WHERE l.state = 'pending'
  UNION ALL
  SELECT m.account_id, m.task_id, m.base + row_number() OVER same_task, m.instance_id,
         'step-begun', NULL, NULL, m.epoch,
         m.in_flight - m.steps + (row_number() OVER same_task)::integer,
         b.step, b.node_id, 'worker ' || $1::uuid, m.at
  FROM begun b JOIN moved m ON m.account_id = b.account_id AND m.task_id = b.task_id
  WINDOW same_task AS (PARTITION BY b.account_id, b.task_id ORDER BY b.step)
)
SELECT b.account_id, b.task_id, m.instance_id, m.change, b.step, b.wave, b.direction, b.action,
       b.node_id,
       b.attempt, b.claim_epoch, b.failures, b.spent_ms, b.checkpoint, b.decision, m.epoch, m.at,
       m.base + row_number() OVER same_task AS sequence,
       m.in_flight - m.steps + (row_number() OVER same_task)::integer AS in_flight,
       l.state = 'pending' AS first
FROM begun b
JOIN moved m ON m.account_id = b.account_id AND m.task_id = b.task_id
JOIN locked l ON l.account_id = b.account_id AND l.task_id = b.task_id
WINDOW same_task AS (PARTITION BY b.account_id, b.task_id ORDER BY b.step)
ORDER BY b.account_id, b.task_id, b.step

-- name: renew_leases
-- $1 accounts, $2 tasks, $3 steps, $4 claim epochs, $5 attempts, $6 lease in ms. A row comes back
-- for each lease that is still held, with what its task wants now.
WITH held AS MATERIALIZED (
  -- In key order, as resume locks them: else the two wait for each other.
  SELECT s.account_id, s.task_id, s.step
  FROM steps s
  JOIN unnest($1::text[], $2::uuid[], $3::integer[], $4::bigint[], $5::integer[])
       AS u (account_id, task_id, step, claim_epoch, attempt)
    ON s.account_id = u.account_id AND s.task_id = u.task_id AND s.step = u.step
   AND s.claim_epoch = u.claim_epoch AND s.attempt = u.attempt
  WHERE s.state = 'running'
  ORDER BY s.account_id, s.task_id, s.step
  FOR NO KEY UPDATE OF s
), renewed AS (
  UPDATE steps s SET lease_until = clock_timestamp() + $6::bigint * interval '1 ms'
  FROM held h
  WHERE s.account_id = h.account_id AND s.task_id = h.task_id AND s.step = h.step
  RETURNING s.account_id, s.task_id, s.step, s.attempt
)
SELECT r.account_id, r.task_id, r.step, r.attempt, t.epoch, t.state, t.direction,
       t.interrupt_mode::text AS mode
FROM renewed r JOIN tasks t ON t.account_id = r.account_id AND t.task_id = r.task_id

-- name: save_checkpoint
-- $1 account, $2 task, $3 step, $4 claim epoch, $5 attempt, $6 checkpoint, $7 why the step must not
-- be cut now (null: it may)
UPDATE steps SET checkpoint = $6::text, settling = $7::text,
  settling_since = CASE
    WHEN $7::text IS NULL THEN NULL
    WHEN settling = $7::text THEN settling_since
    ELSE clock_timestamp() END
WHERE account_id = $1::text AND task_id = $2::uuid AND step = $3::integer
  AND state = 'running' AND claim_epoch = $4::bigint AND attempt = $5::integer

-- name: settle_step
-- The end of a claim, guarded by the claim's own fence and not by the task's epoch, so that a step
-- in flight can settle after an interrupt.
-- $1 account, $2 task, $3 step, $4 claim epoch, $5 attempt, $6 done | put-back | failed,
-- $7 checkpoint (null keeps it), $8 error, $9 failures that hold the task, $10 ms spent,
-- $11 only when the lease ran out, $12 who, $13 retry delay in ms, $14 the hold that a failure is
-- to raise at once (null: none), $15 the node turned bad by the change
-- A step of the forward plan that ends while the task goes back is over, whatever its result: it
-- counts for the wave, and its node is the way back's business.
WITH locked AS MATERIALIZED (
  SELECT t.account_id, t.task_id, t.state, t.direction, t.wave, t.wave_left, t.in_flight,
         t.suspended_from, t.hold, t.interrupt_mode, t.active_since, t.suspended_at, t.quiesced_at,
         t.bad_steps,
         EXISTS (SELECT FROM steps n WHERE n.account_id = $1::text AND n.task_id = $2::uuid
                   AND n.wave = t.wave + 1 AND n.direction = t.direction) AS more_waves,
         $15::boolean AND t.bad_steps <
           (SELECT c.failure_budget FROM changes c
            WHERE c.account_id = $1::text AND c.task_id = $2::uuid) AS tolerated
  FROM tasks t WHERE t.account_id = $1::text AND t.task_id = $2::uuid
  FOR NO KEY UPDATE OF t
), settled AS (
  UPDATE steps s SET
    state = CASE
      WHEN $6::text = 'done' AND NOT (l.state = 'suspended' AND l.direction = s.direction
             AND l.wave_left = 1 AND NOT l.more_waves)
        OR $6::text = 'failed' AND l.tolerated
      THEN 'done' ELSE 'pending' END,
    finished_at = CASE
      WHEN $6::text = 'done' AND NOT (l.state = 'suspended' AND l.direction = s.direction
             AND l.wave_left = 1 AND NOT l.more_waves)
        OR $6::text = 'failed' AND l.tolerated
      THEN clock_timestamp() END,
    bad = $6::text = 'failed' AND coalesce(l.tolerated, false),
    failures = s.failures
      + ($6::text = 'failed' AND NOT coalesce(l.tolerated, false))::integer,
    error = CASE WHEN $6::text = 'failed' THEN $8::text END,
    checkpoint = coalesce($7::text, s.checkpoint),
    spent_ms = s.spent_ms + $10::bigint, active_ms = s.active_ms + $10::bigint,
    worker_id = NULL, lease_until = NULL, settling = NULL, settling_since = NULL,
    decision = CASE WHEN $6::text = 'put-back' THEN s.decision END,
    ready_at = CASE
      WHEN l.state <> 'running' OR l.direction <> s.direction OR l.tolerated THEN NULL
      WHEN $6::text = 'put-back' THEN clock_timestamp()
      WHEN $6::text = 'failed' AND s.failures + 1 < $9::integer
        AND $14::text IS NULL AND NOT $15::boolean
      THEN clock_timestamp() + $13::bigint * interval '1 ms' END
  FROM locked l
  WHERE s.account_id = l.account_id AND s.task_id = l.task_id AND s.step = $3::integer
    AND s.state = 'running' AND s.claim_epoch = $4::bigint AND s.attempt = $5::integer
    AND (NOT $11::boolean OR s.lease_until < clock_timestamp())
  RETURNING s.account_id, s.task_id, s.step, s.node_id, s.state AS step_state, s.failures,
    l.state, l.direction, l.more_waves, s.bad,
    s.state = 'done' OR l.direction <> s.direction AS over,
    (s.state = 'done' OR l.direction <> s.direction) AND l.wave_left = 1 AS wave_done,
    l.in_flight = 1 AS last_in_flight,
    CASE WHEN $6::text = 'failed' AND l.state = 'running' AND l.direction = s.direction
           AND NOT s.bad
         THEN CASE WHEN $14::text IS NOT NULL THEN $14::text
                   WHEN $15::boolean THEN 'failure-budget'
                   WHEN s.failures >= $9::integer THEN 'needs-human' END END AS hold
), verdict AS MATERIALIZED (
  SELECT s.*,
         CASE WHEN s.hold IS NOT NULL THEN 'held'
              WHEN s.wave_done AND NOT s.more_waves AND s.state = 'running'
              THEN CASE s.direction WHEN 'forward' THEN 'succeeded' ELSE 'reverted' END
              WHEN s.state = 'suspended' AND s.last_in_flight THEN 'quiesced' END AS extra,
         CASE WHEN s.step_state = 'done' THEN 'step-done'
              WHEN $6::text = 'failed' THEN 'step-failed'
              ELSE 'step-put-back' END AS kind,
         CASE WHEN $6::text = 'done' AND s.step_state <> 'done'
              THEN 'done while suspended: looked at again on resume' ELSE $8::text END AS reason
  FROM settled s
), moved AS (
  -- PostgreSQL tries the CHECKs on a row made from the snapshot's version before it finds the newer
  -- one: all that they compare has to come from the locked row, also what stays as it is.
  UPDATE tasks t SET
    state = CASE v.extra WHEN 'held' THEN 'suspended' WHEN 'succeeded' THEN 'succeeded'
                         WHEN 'reverted' THEN 'reverted' ELSE l.state END,
    direction = l.direction,
    suspended_from = CASE v.extra WHEN 'held' THEN 'running' ELSE l.suspended_from END,
    hold = CASE v.extra WHEN 'held' THEN v.hold ELSE l.hold END,
    interrupt_mode = l.interrupt_mode,
    epoch = t.epoch + coalesce(v.extra IN ('held', 'succeeded', 'reverted'), false)::integer,
    epoch_sequence = CASE
      WHEN v.extra IN ('held', 'succeeded', 'reverted') THEN t.sequence + 2
      ELSE t.epoch_sequence END,
    sequence = t.sequence + 1 + (v.extra IS NOT NULL)::integer,
    in_flight = l.in_flight - 1,
    bad_steps = t.bad_steps + v.bad::integer,
    wave = t.wave + (v.wave_done AND v.more_waves)::integer,
    wave_left = CASE
      WHEN v.wave_done AND v.more_waves
      THEN (SELECT count(*)::integer FROM steps n
            WHERE n.account_id = t.account_id AND n.task_id = t.task_id AND n.wave = t.wave + 1)
      ELSE t.wave_left - v.over::integer END,
    active_ms = t.active_ms + CASE
      WHEN v.extra IN ('held', 'succeeded', 'reverted')
      THEN greatest(0, (extract(epoch FROM clock_timestamp() - l.active_since) * 1000)::bigint)
      ELSE 0 END,
    active_since = CASE
      WHEN v.extra IN ('held', 'succeeded', 'reverted') THEN NULL ELSE l.active_since END,
    suspended_at = CASE v.extra WHEN 'held' THEN clock_timestamp() ELSE l.suspended_at END,
    quiesced_at = CASE
      WHEN v.extra IN ('held', 'quiesced') AND v.last_in_flight THEN clock_timestamp()
      ELSE l.quiesced_at END,
    finished_at = CASE
      WHEN v.extra IN ('succeeded', 'reverted') THEN clock_timestamp() ELSE t.finished_at END,
    updated_at = clock_timestamp()
  FROM verdict v JOIN locked l ON l.account_id = v.account_id AND l.task_id = v.task_id
  WHERE t.account_id = v.account_id AND t.task_id = v.task_id
  RETURNING t.account_id, t.task_id, t.instance_id, t.state, t.epoch, t.sequence, t.in_flight,
    t.wave, t.direction, t.updated_at AS at, v.step, v.node_id, v.kind, v.reason,
    v.extra, v.wave_done, v.step_state
), readied AS (
  UPDATE steps s SET ready_at = CASE WHEN s.state = 'pending' THEN clock_timestamp() END
  FROM moved m
  WHERE m.wave_done AND m.state = 'running'
    AND s.account_id = m.account_id AND s.task_id = m.task_id AND s.wave = m.wave
    AND s.step <> m.step AND s.direction = m.direction
), history AS (
  INSERT INTO events (account_id, task_id, sequence, instance_id, kind, from_state, to_state,
                      epoch, in_flight, step, node_id, principal, reason, at)
  SELECT m.account_id, m.task_id, m.sequence - (m.extra IS NOT NULL)::integer, m.instance_id,
         m.kind, NULL, NULL,
         m.epoch - coalesce(m.extra IN ('held', 'succeeded', 'reverted'), false)::integer,
         m.in_flight, m.step, m.node_id, $12::text, m.reason, m.at
  FROM moved m
  UNION ALL
  SELECT m.account_id, m.task_id, m.sequence, m.instance_id, m.extra,
         CASE WHEN m.extra <> 'quiesced' THEN 'running' END,
         CASE WHEN m.extra <> 'quiesced' THEN m.state END,
         m.epoch, m.in_flight, m.step, m.node_id, $12::text,
         CASE m.extra WHEN 'held' THEN $8::text END, m.at
  FROM moved m WHERE m.extra IS NOT NULL
)
SELECT account_id, task_id, instance_id, step, node_id, kind, extra, state, epoch, sequence,
       in_flight, $12::text AS principal, reason, at
FROM moved

-- name: expired_leases
-- $1 how many at most
SELECT s.account_id, s.task_id, s.step, s.claim_epoch, s.attempt, s.worker_id
FROM steps s WHERE s.lease_until < clock_timestamp()
ORDER BY s.lease_until LIMIT $1::integer

-- name: change_of_task
-- $1 account, $2 task
SELECT c.parameters FROM changes c WHERE c.account_id = $1::text AND c.task_id = $2::uuid

-- name: steps_around
-- $1 account, $2 task, $3 node: the whole plan, with what the earlier steps of that node left
-- behind; a null node takes what all of them left.
SELECT s.step, s.wave, s.direction, s.action, s.node_id, s.state, s.attempt, s.bad,
       CASE WHEN $3::text IS NULL OR s.node_id = $3::text THEN s.checkpoint END AS checkpoint
FROM steps s WHERE s.account_id = $1::text AND s.task_id = $2::uuid
ORDER BY s.step

-- name: save_output
-- $1 account, $2 task, $3 step, $4 claim epoch, $5 attempt, $6 output
INSERT INTO step_outputs (account_id, task_id, step, output)
SELECT s.account_id, s.task_id, s.step, $6::text FROM steps s
WHERE s.account_id = $1::text AND s.task_id = $2::uuid AND s.step = $3::integer
  AND s.state = 'running' AND s.claim_epoch = $4::bigint AND s.attempt = $5::integer
ON CONFLICT (account_id, task_id, step)
DO UPDATE SET output = excluded.output, updated_at = clock_timestamp()
