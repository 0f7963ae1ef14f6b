-- What `serve` may do, and no more: it cannot change the schema, rewrite history or touch the
-- migration records. A login role gets it by: GRANT holdpoint_runtime TO the_login;
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'holdpoint_runtime') THEN
    CREATE ROLE holdpoint_runtime NOLOGIN;
  END IF;
EXCEPTION
  -- Another database of the same server was migrated at the same moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

GRANT USAGE ON SCHEMA holdpoint TO holdpoint_runtime;
GRANT SELECT, INSERT, UPDATE ON instances, tasks, steps TO holdpoint_runtime;
GRANT SELECT, INSERT, DELETE ON nodes TO holdpoint_runtime;
GRANT SELECT, INSERT, DELETE ON commands TO holdpoint_runtime;
-- Row locks of the purge need UPDATE; one column that nothing else changes is enough.
GRANT UPDATE (created_at) ON commands TO holdpoint_runtime;
GRANT SELECT, INSERT ON accounts, changes, events TO holdpoint_runtime;
-- Readiness compares the schema's version with the one this build needs.
GRANT SELECT ON schema_history TO holdpoint_runtime;
