-- Where the members of the event bus's cluster find each other (JGroups, JDBC_PING): rows come and
-- go with the members, and what they hold is public only to who may join: without the cluster's key
-- an address is of no use. A login that may only join gets it by:
-- GRANT holdpoint_member TO the_login;
CREATE TABLE cluster_members (
  cluster_name text COLLATE "C" NOT NULL,
  own_addr     text COLLATE "C" NOT NULL,
  ping_data    bytea NOT NULL CHECK (octet_length(ping_data) <= 5000),
  PRIMARY KEY (cluster_name, own_addr)
);

GRANT SELECT, INSERT, DELETE ON cluster_members TO holdpoint_runtime;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'holdpoint_member') THEN
    CREATE ROLE holdpoint_member NOLOGIN;
  END IF;
EXCEPTION
  -- Another database of the same server was migrated at the same moment; or the owner may not make
  -- roles, and then only members that are no nodes are missing theirs.
  WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END
$$;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'holdpoint_member') THEN
    GRANT USAGE ON SCHEMA holdpoint TO holdpoint_member;
    GRANT SELECT, INSERT, DELETE ON cluster_members TO holdpoint_member;
  END IF;
END
$$;
