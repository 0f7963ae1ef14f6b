package io.holdpoint.arch.planted.sql_lives_in_the_store.manager;

import io.vertx.sqlclient.Pool;
import java.sql.Connection;

/** Goes to the database past the store. */
public final class Culprit {
  public Pool pool;
  public Connection connection;
}
