-- Transaction ids mean something on the server that gave them only. A logical copy (pg_dump and
-- pg_restore, logical replication) takes events.xid and stream_publisher.seen to a server that has
-- given the same numbers to others, or will; the publisher has to notice, and to know which events
-- were brought.

-- Where a row is: the server, and which transaction of it wrote the row. A copy of files (a standby,
-- a backup, CREATE DATABASE ... TEMPLATE) keeps that; a logical copy writes the row anew, so it
-- changes even on the same server. Some hosted servers do not say who they are: there the rest has to
-- do. pg_upgrade makes another server of the same rows: that passes for a copy and does no harm.
CREATE FUNCTION server_mark(relation oid, writer xid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  server text := '-';
BEGIN
  BEGIN
    SELECT system_identifier::text INTO server FROM pg_catalog.pg_control_system();
  EXCEPTION
    WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN NULL;
  END;
  RETURN server || ' ' || relation || ' ' || writer;
END
$$;

-- Which server's transactions the publisher speaks of: one row in every database, not an account's.
CREATE TABLE stream_server (
  id         integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  -- The mark of this row as it was written. Empty when nobody knows where the events have been.
  mark       text NOT NULL,
  -- No event that was brought names a higher transaction; 0 when none was.
  brought    xid8 NOT NULL DEFAULT '0',
  adopted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Of a row that is where it was written, the transaction it names is the one that wrote it.
INSERT INTO stream_server (mark)
SELECT CASE
  WHEN EXISTS (SELECT FROM events e WHERE e.xid IS NOT NULL AND e.xid::xid <> e.xmin) THEN ''
  ELSE server_mark('stream_server'::regclass, pg_current_xact_id()::xid) END;

-- Raised with every publication by builds that know of this migration.
ALTER TABLE stream_publisher ADD COLUMN publications bigint NOT NULL DEFAULT 0;

-- An older build would take brought events for new ones, so it publishes nothing where there are any:
-- a node of this build has to.
CREATE FUNCTION hold_back_older_publisher() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM holdpoint.stream_server s
    WHERE s.brought = '0' AND s.mark = holdpoint.server_mark(s.tableoid, s.xmin)) THEN
    RETURN NEW;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER older_builds BEFORE UPDATE ON stream_publisher FOR EACH ROW
WHEN (NEW.publications = OLD.publications) EXECUTE FUNCTION hold_back_older_publisher();

GRANT SELECT, UPDATE ON stream_server TO holdpoint_runtime;
