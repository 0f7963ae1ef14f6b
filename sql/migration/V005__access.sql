-- Who may call, and what was decided about each call.

-- A directory: a request is looked up by its key id alone, before its account is known. When the
-- database is spread by account one day, this table is copied to every node instead, which its few
-- and seldom changing rows allow; so key_id may be unique over all accounts.
CREATE TABLE access_keys (
  account_id     text COLLATE "C" NOT NULL REFERENCES accounts,
  key_id         text COLLATE "C" NOT NULL CHECK (key_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  user_name      text COLLATE "C" NOT NULL CHECK (octet_length(user_name) BETWEEN 1 AND 64),
  -- Sealed by the service; the database never sees a secret.
  sealed         bytea NOT NULL,
  sealing_key_id text COLLATE "C" NOT NULL,
  state          text NOT NULL DEFAULT 'active'
    CONSTRAINT access_keys_state CHECK (state IN ('active', 'disabled')),
  roles          text[] NOT NULL CHECK (cardinality(roles) <= 16),
  policy         text CHECK (octet_length(policy) <= 16384),
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, key_id)
);

CREATE UNIQUE INDEX access_keys_directory ON access_keys (key_id);

-- `serve` looks keys up, stores its first one and seals anew. What a key may do, whether it may do
-- it and its removal are the owner's: a stolen login of `serve` forges no key, because it cannot
-- seal one, and raises none.
GRANT SELECT, INSERT ON access_keys TO holdpoint_runtime;
GRANT UPDATE (sealed, sealing_key_id, updated_at) ON access_keys TO holdpoint_runtime;

-- Append-only. No foreign key: a caller whose key nobody knows has no account; such records stand
-- under '-', which is no account's name.
CREATE TABLE audit_records (
  account_id  text COLLATE "C" NOT NULL CHECK (octet_length(account_id) BETWEEN 1 AND 64),
  -- When it was decided, by the clock of the service.
  at          timestamptz NOT NULL,
  record_id   uuid NOT NULL,
  request_id  uuid NOT NULL,
  key_id      text COLLATE "C",
  principal   text COLLATE "C" NOT NULL,
  action      text NOT NULL,
  changing    boolean NOT NULL,
  resource    text,
  instance_id text COLLATE "C",
  source      text NOT NULL,
  decision    text NOT NULL
    CONSTRAINT audit_records_decision
      CHECK (decision IN ('allowed', 'denied', 'throttled', 'unavailable')),
  code        text,
  -- When it was written, by the clock of the database.
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, at, record_id)
);

CREATE INDEX audit_records_principal ON audit_records (account_id, principal, at);
CREATE INDEX audit_records_instance ON audit_records (account_id, instance_id, at)
  WHERE instance_id IS NOT NULL;
-- Few among many, and what is asked for most.
CREATE INDEX audit_records_refused ON audit_records (account_id, at) WHERE decision <> 'allowed';

GRANT SELECT, INSERT, DELETE ON audit_records TO holdpoint_runtime;
-- Row locks of the purge need UPDATE on a column; this one tells nothing of what was decided.
GRANT UPDATE (recorded_at) ON audit_records TO holdpoint_runtime;
