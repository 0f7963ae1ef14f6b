-- What is needed to get into nodes, sealed by the service; the database never sees a secret. The
-- names of the members stay in the clear, so that a list opens nothing. `key_id` repeats what the
-- sealed value says of itself, to find what an old key still seals.
CREATE TABLE credentials (
  account_id text COLLATE "C" NOT NULL REFERENCES accounts,
  name       text COLLATE "C" NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 64),
  members    text[] NOT NULL CHECK (cardinality(members) > 0),
  sealed     bytea NOT NULL,
  key_id     text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, name)
);

-- Who uses a credential, asked before it is deleted.
CREATE INDEX nodes_credential ON nodes (account_id, credential) WHERE credential IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON credentials TO holdpoint_runtime;
