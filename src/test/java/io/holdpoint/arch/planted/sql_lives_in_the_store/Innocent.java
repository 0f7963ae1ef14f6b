package io.holdpoint.arch.planted.sql_lives_in_the_store;

import io.vertx.sqlclient.Pool;

/** The root opens and closes the pool. */
public final class Innocent {
  public Pool pool;
}
