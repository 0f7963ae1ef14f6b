package io.holdpoint.arch.planted.sql_lives_in_the_store.store;

import io.vertx.sqlclient.Pool;

/** The store itself. */
public final class Innocent {
  public Pool pool;
}
