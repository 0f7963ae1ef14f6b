-- The stream of an account, sent to somebody's URL. How far a webhook is, what it waits for and what
-- it gave up stand here and nowhere else, so that any node can go on with it at any moment.
CREATE TABLE webhooks (
  account_id    text COLLATE "C" NOT NULL REFERENCES accounts,
  name          text COLLATE "C" NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 64),
  -- Ids of messages are made of it: a webhook that is made anew does not repeat those of the old.
  webhook_id    uuid NOT NULL,
  -- Bounds the webhooks of an account without a lock on it: of two that take the same, one fails.
  slot          integer NOT NULL CHECK (slot > 0),
  url           text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  -- Null is every instance, every kind.
  instance_id   text COLLATE "C",
  kinds         text[] CHECK (cardinality(kinds) > 0),
  -- Sealed by the service; the database never sees a secret.
  sealed        bytea NOT NULL,
  key_id        text COLLATE "C" NOT NULL,
  -- Every entry up to it was delivered, is a dead letter, or was not wanted.
  position      bigint NOT NULL CHECK (position >= 0),
  -- Failed attempts at the next wanted entry: when it is given up.
  attempts      integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Failed attempts since the last delivery, whichever entry it was: how long to wait.
  failures      integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  -- When it may be taken. Of a taken one: when its lease ends.
  due_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The node that has it.
  leased_by     uuid,
  -- Nothing was left to send when it was given back. Whoever adds something ends that, and so does
  -- a sweep over all, because news gets lost: what a claim walks has to be what there is to do.
  idle          boolean NOT NULL DEFAULT false,
  -- Somebody asked for dead letters while a node had it: it is not idle, whatever that node saw.
  asked         boolean NOT NULL DEFAULT false,
  -- The fence number: whoever takes, changes or gives back raises it, and who knows an older one
  -- writes nothing.
  epoch         bigint NOT NULL DEFAULT 1 CHECK (epoch > 0),
  paused        text CONSTRAINT webhooks_paused CHECK (paused IN ('gone', 'dead-letters')),
  last_error    text CHECK (length(last_error) <= 512),
  last_error_at timestamptz,
  delivered_at  timestamptz,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, name),
  CONSTRAINT webhooks_slot UNIQUE (account_id, slot),
  CONSTRAINT webhooks_idle_while_paused CHECK (paused IS NULL OR leased_by IS NULL),
  CONSTRAINT webhooks_idle_while_free CHECK (NOT idle OR leased_by IS NULL),
  CONSTRAINT webhooks_error CHECK ((last_error IS NULL) = (last_error_at IS NULL))
) WITH (fillfactor = 50);

CREATE INDEX webhooks_due ON webhooks (due_at) WHERE paused IS NULL AND NOT idle;

-- Enters nothing while a webhook sends. With the position, so that a sweep reads the index alone.
CREATE INDEX webhooks_idle ON webhooks (account_id, name, position) WHERE paused IS NULL AND idle;

-- What a webhook gave up. The events themselves stay where they are.
CREATE TABLE webhook_dead_letters (
  account_id text COLLATE "C" NOT NULL,
  name       text COLLATE "C" NOT NULL,
  position   bigint NOT NULL CHECK (position > 0),
  attempts   integer NOT NULL CHECK (attempts > 0),
  error      text NOT NULL CHECK (length(error) <= 512),
  died_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Somebody asked for one more attempt.
  redeliver  boolean NOT NULL DEFAULT false,
  PRIMARY KEY (account_id, name, position),
  FOREIGN KEY (account_id, name) REFERENCES webhooks ON DELETE CASCADE
);

CREATE INDEX webhook_dead_letters_asked ON webhook_dead_letters (account_id, name, position)
  WHERE redeliver;

GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks, webhook_dead_letters TO holdpoint_runtime;
