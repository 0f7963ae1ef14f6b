#!/bin/bash
# The standby's entrypoint: the first time it copies the primary, then it follows it.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # A copy that was cut off begins anew.
  unfinished="$PGDATA.unfinished"
  rm -rf "$unfinished"
  mkdir -p "$(dirname "$PGDATA")"
  # The name is the one that the primary waits for.
  PGPASSWORD="$REPLICATION_PASSWORD" pg_basebackup --no-password --pgdata "$unfinished" \
    --dbname "host=$PRIMARY_HOST port=${PRIMARY_PORT:-5432} user=replicator application_name=standby" \
    --slot standby --wal-method stream --checkpoint fast --write-recovery-conf
  mv "$unfinished" "$PGDATA"
fi

# Promoted, it has no standby of its own yet and must not wait for one.
exec postgres -D "$PGDATA" -c synchronous_standby_names= "$@"
