-- The processes of this service, each with a row that it keeps fresh itself. They serve all accounts
-- of their database, so these rows are nobody's and their key is not an account's.
CREATE TABLE service_nodes (
  node_id    uuid PRIMARY KEY,
  name       text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 300),
  version    text NOT NULL,
  -- Whether it takes steps at all.
  worker     boolean NOT NULL,
  draining   boolean NOT NULL DEFAULT false,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

GRANT SELECT, INSERT, UPDATE, DELETE ON service_nodes TO holdpoint_runtime;
