package io.holdpoint.arch.planted.sql_lives_in_the_store.bench;

import io.vertx.pgclient.PgConnection;

/** The raw line of the benchmark. */
public final class Innocent {
  public PgConnection connection;
}
