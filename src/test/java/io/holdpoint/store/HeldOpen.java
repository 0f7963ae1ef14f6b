package io.holdpoint.store;

import io.holdpoint.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A transaction that a test holds open after a statement of the product, so that an interleaving
 * can be made instead of hoped for.
 */
final class HeldOpen implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final TestDatabase database;
  private final Connection connection;

  private HeldOpen(TestDatabase database, Connection connection) {
    this.database = database;
    this.connection = connection;
  }

  /**
   * Begins a transaction and runs one statement in it.
   *
   * @param sql with parameters, as in sql/query
   * @param arguments SQL literals
   */
  static HeldOpen after(TestDatabase database, String sql, String... arguments) {
    Connection connection = database.connect();
    try {
      connection.setAutoCommit(false);
      execute(connection, sql, arguments);
      return new HeldOpen(database, connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(Connection connection, String sql, String... arguments)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PREPARE held AS " + sql);
      statement.execute("EXECUTE held (" + String.join(", ", arguments) + ")");
    }
  }

  /** Runs one statement in a transaction of its own, on a thread of its own. */
  static CompletableFuture<Void> beside(TestDatabase database, String sql, String... arguments) {
    return CompletableFuture.runAsync(
        () -> {
          try (Connection connection = database.connect()) {
            execute(connection, sql, arguments);
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** One more statement in the transaction. */
  void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Commits as soon as the other party waits for this transaction, or has ended without. */
  void commitOnceWaitedFor(CompletableFuture<?> other) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!other.isDone() && waiting() == 0) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("nobody waited for the transaction");
      }
    }
    commit();
  }

  private long waiting() {
    return database.count(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND cardinality(pg_blocking_pids(pid)) > 0");
  }

  void commit() {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void await(CompletableFuture<?> other) throws ExecutionException {
    try {
      other.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no end in " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
