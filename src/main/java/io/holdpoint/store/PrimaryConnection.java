package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Blocking connections to the server of a URI that takes writes, for what works by JDBC: chosen as
 * {@link PrimaryFinder} chooses, by the timeline. The driver's own choice would be the first that
 * is no standby, also one that a fail-over has left behind.
 */
final class PrimaryConnection {
  private static final String PRIMARY_TIMELINE = statement("primary_timeline");

  private PrimaryConnection() {}

  /**
   * The URI with that one server alone; asks nobody when there is no choice.
   *
   * @throws SQLException when no server takes writes, with what each said
   */
  static PostgresUri find(PostgresUri database) throws SQLException {
    if (database.servers().size() == 1) {
      return database;
    }
    PostgresUri best = null;
    long newest = 0;
    StringBuilder reasons = new StringBuilder();
    for (var server : database.servers()) {
      PostgresUri one = new PostgresUri(List.of(server));
      try (Connection connection = open(one)) {
        long timeline = timeline(connection);
        if (timeline > newest) {
          best = one;
          newest = timeline;
        } else if (timeline == 0) {
          reasons.append("; ").append(one.addresses()).append(": it is a standby");
        }
      } catch (SQLException away) {
        reasons.append("; ").append(one.addresses()).append(": ").append(away.getMessage());
      }
    }
    if (best == null) {
      throw new SQLException("no server takes writes" + reasons);
    }
    return best;
  }

  /** A connection there. */
  static Connection open(PostgresUri database) throws SQLException {
    PostgresUri primary = find(database);
    return DriverManager.getConnection(primary.jdbcUrl(), primary.user(), primary.password());
  }

  /** 0 of a standby. */
  private static long timeline(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(PRIMARY_TIMELINE)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
