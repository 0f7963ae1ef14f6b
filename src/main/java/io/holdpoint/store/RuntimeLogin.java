package io.holdpoint.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Gives the login of {@code serve} the least-privilege role {@code holdpoint_runtime}. The owner
 * itself needs no grant; a login that does not exist is created when the owner may do so.
 */
final class RuntimeLogin {
  private RuntimeLogin() {}

  static void grant(PostgresUri owner, PostgresUri runtime) {
    if (owner.user().equals(runtime.user())) {
      return;
    }
    try (Connection connection = PrimaryConnection.open(owner)) {
      String login = quoted(connection, "SELECT quote_ident(?)", runtime.user());
      if (!exists(connection, runtime.user())) {
        String password = quoted(connection, "SELECT quote_literal(?)", runtime.password());
        run(connection, "CREATE ROLE " + login + " LOGIN PASSWORD " + password);
      }
      // A grant that is there already would be a commit more, which may have to wait for a standby.
      if (!hasRole(connection, runtime.user())) {
        run(connection, "GRANT holdpoint_runtime TO " + login);
      }
    } catch (SQLException e) {
      throw new StartException(
          "the login "
              + runtime.user()
              + " could not be given the role holdpoint_runtime: "
              + Migrations.firstLine(e)
              + "; create it and run: GRANT holdpoint_runtime TO "
              + runtime.user());
    }
  }

  private static boolean exists(Connection connection, String login) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?")) {
      statement.setString(1, login);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static boolean hasRole(Connection connection, String login) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_has_role(?, 'holdpoint_runtime', 'MEMBER')")) {
      statement.setString(1, login);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getBoolean(1);
      }
    }
  }

  private static String quoted(Connection connection, String sql, String value)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
