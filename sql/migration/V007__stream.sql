-- The stream over all tasks of an account. Events are committed by many transactions and become
-- visible in any order, so their positions are given afterwards, by one publisher at a time, to all
-- that it sees and an earlier one did not: whoever reads on from a position misses nothing that
-- committed late. Within a task positions follow the sequence.

-- Who wrote an event: decides what an earlier look at the table could not have seen. Null is from
-- before this migration, which gives those their positions.
ALTER TABLE events ADD COLUMN xid xid8;
ALTER TABLE events ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX events_xid ON events (xid) WHERE xid IS NOT NULL;

-- The last position of each account.
CREATE TABLE streams (
  account_id text COLLATE "C" PRIMARY KEY,
  position   bigint NOT NULL CHECK (position > 0)
) WITH (fillfactor = 50);

-- Gapless from 1 in each account.
CREATE TABLE stream_entries (
  account_id text COLLATE "C" NOT NULL,
  position   bigint NOT NULL CHECK (position > 0),
  task_id    uuid NOT NULL,
  sequence   bigint NOT NULL,
  PRIMARY KEY (account_id, position)
);

-- What was visible when positions were given last: one row in every database, not an account's.
CREATE TABLE stream_publisher (
  id           integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  seen         pg_snapshot NOT NULL,
  published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO stream_publisher (seen) VALUES (pg_current_snapshot());

WITH ordered AS (
  SELECT account_id, task_id, sequence,
         row_number() OVER (PARTITION BY account_id ORDER BY settled, task_id, sequence) AS position
  FROM (
    SELECT account_id, task_id, sequence,
           max(at) OVER (PARTITION BY account_id, task_id ORDER BY sequence) AS settled
    FROM events) history
)
INSERT INTO stream_entries (account_id, position, task_id, sequence)
SELECT account_id, position, task_id, sequence FROM ordered;

INSERT INTO streams (account_id, position)
SELECT account_id, max(position) FROM stream_entries GROUP BY account_id;

GRANT SELECT, INSERT, UPDATE ON streams TO holdpoint_runtime;
GRANT SELECT, INSERT ON stream_entries TO holdpoint_runtime;
GRANT SELECT, UPDATE ON stream_publisher TO holdpoint_runtime;
