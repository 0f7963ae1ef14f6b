#!/bin/bash
# The image runs this once, when it makes the primary's data: the standby's login and its slot.
set -euo pipefail

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password REPLICATION_PASSWORD
CREATE ROLE replicator REPLICATION LOGIN PASSWORD :'password';
-- Keeps what an absent standby has not got yet, up to max_slot_wal_keep_size.
SELECT pg_create_physical_replication_slot('standby');
-- From the next start on. The server that runs this script has no standby to wait for, so this
-- cannot be an option of the command line.
ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)';
SQL

# "all" databases, which the image allows, are not this one.
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
