-- What the engine for real nodes keeps: every change kind, the way back, decisions, output.

ALTER TABLE tasks DROP CONSTRAINT tasks_change_check;
ALTER TABLE tasks ADD CONSTRAINT tasks_change
  CHECK (change IN ('restart', 'settings', 'pipelines', 'plugins', 'version'));
-- Nodes that turned bad and were tolerated; counted here because a settlement decides on the locked
-- row and cannot see what others wrote to steps while it waited.
ALTER TABLE tasks ADD COLUMN bad_steps integer NOT NULL DEFAULT 0 CHECK (bad_steps >= 0);

ALTER TABLE changes
  ADD COLUMN failure_budget integer NOT NULL DEFAULT 0 CHECK (failure_budget >= 0);

-- The steps of the way back are planned with the change, in waves behind the last forward one, so
-- that no statement can miss a step that was added while it waited for the task's lock.
ALTER TABLE steps ADD COLUMN direction text NOT NULL DEFAULT 'forward'
  CONSTRAINT steps_direction CHECK (direction IN ('forward', 'back'));
ALTER TABLE steps DROP CONSTRAINT steps_action_check;
ALTER TABLE steps ADD CONSTRAINT steps_action
  CHECK (action IN ('check', 'prepare', 'restart', 'apply', 'soak', 'revert', 'verify'));
-- Its node turned bad by the change, within the failure budget.
ALTER TABLE steps ADD COLUMN bad boolean NOT NULL DEFAULT false
  CONSTRAINT steps_bad CHECK (NOT bad OR state = 'done');
-- Active time over all attempts; spent_ms starts anew with each resume.
ALTER TABLE steps ADD COLUMN active_ms bigint NOT NULL DEFAULT 0 CHECK (active_ms >= 0);
-- What a human decided for the next attempt.
ALTER TABLE steps ADD COLUMN decision text
  CONSTRAINT steps_decision CHECK (decision IN ('wait', 'kill', 'accept-drift'));
-- Why the step in flight must not be cut now, and since when.
ALTER TABLE steps ADD COLUMN settling text;
ALTER TABLE steps ADD COLUMN settling_since timestamptz;
ALTER TABLE steps ADD CONSTRAINT steps_settling
  CHECK ((settling IS NULL) = (settling_since IS NULL) AND (settling IS NULL OR state = 'running'));

ALTER TABLE events DROP CONSTRAINT events_kind;
ALTER TABLE events ADD CONSTRAINT events_kind CHECK (kind IN
  ('created', 'started', 'step-begun', 'step-done', 'step-put-back', 'step-failed',
   'interrupted', 'interrupt-tightened', 'held', 'quiesced', 'resumed', 'decided', 'reverting',
   'succeeded', 'reverted', 'abandoned'));
ALTER TABLE events DROP CONSTRAINT events_transition;
ALTER TABLE events ADD CONSTRAINT events_transition
  CHECK ((kind IN ('created', 'started', 'interrupted', 'held', 'resumed', 'decided', 'reverting',
                   'succeeded', 'reverted', 'abandoned')) = (to_state IS NOT NULL));

-- The newest part of what a step's commands printed, readable while they run.
CREATE TABLE step_outputs (
  account_id text COLLATE "C" NOT NULL,
  task_id    uuid NOT NULL,
  step       integer NOT NULL,
  output     text NOT NULL CONSTRAINT step_outputs_bounded CHECK (length(output) <= 65536),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, task_id, step),
  FOREIGN KEY (account_id, task_id, step) REFERENCES steps ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE ON step_outputs TO holdpoint_runtime;
