-- Which builds may still run on this schema, so that a fleet is upgraded node by node: first the
-- schema, then each node. A migration only adds what the statements of the last version do not
-- notice (expand) and leaves this row alone; one that takes something away (contract) comes a
-- version later, and says here from which schema version on a build's statements do without it. The
-- first builds that ask are those of 012: earlier ones want their own version and no other.
CREATE TABLE schema_support (
  id           integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  oldest_build text COLLATE "C" NOT NULL CHECK (oldest_build ~ '^[0-9]{3}$')
);

INSERT INTO schema_support (oldest_build) VALUES ('012');

GRANT SELECT ON schema_support TO holdpoint_runtime;
