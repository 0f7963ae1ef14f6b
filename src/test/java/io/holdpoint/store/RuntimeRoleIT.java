package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The login of the service can do its work and nothing else. */
@ExtendWith(DatabaseExtension.class)
class RuntimeRoleIT {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE events SET reason = 'never happened'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM tasks",
        "TRUNCATE tasks CASCADE",
        "DELETE FROM steps",
        "DELETE FROM instances",
        "UPDATE changes SET parameters = '{}'",
        "DELETE FROM changes",
        "UPDATE commands SET result = 'false'",
        "UPDATE commands SET fingerprint = '\\x00'",
        "TRUNCATE commands",
        "TRUNCATE credentials",
        "TRUNCATE webhooks CASCADE",
        "UPDATE access_keys SET state = 'active'",
        "UPDATE access_keys SET roles = '{administrator}'",
        "UPDATE access_keys SET policy = NULL",
        "UPDATE access_keys SET account_id = 'default'",
        "DELETE FROM access_keys",
        "TRUNCATE access_keys",
        "UPDATE audit_records SET decision = 'allowed'",
        "UPDATE audit_records SET principal = 'nobody'",
        "TRUNCATE audit_records",
        "UPDATE accounts SET account_id = 'other'",
        "DELETE FROM accounts",
        "INSERT INTO schema_history SELECT * FROM schema_history",
        "UPDATE schema_history SET success = false",
        "DELETE FROM schema_history",
        "CREATE TABLE holdpoint.notes (note text)",
        "CREATE TABLE public.notes (note text)",
        "CREATE SCHEMA notes",
        "CREATE ROLE somebody",
        "CREATE INDEX more ON tasks (state)",
        "ALTER TABLE tasks DROP CONSTRAINT tasks_state",
        "ALTER TABLE tasks DISABLE TRIGGER ALL",
        "DROP TABLE events",
        "DROP TYPE interrupt_mode CASCADE",
        "DROP SCHEMA holdpoint CASCADE",
        "SET ROLE holdpoint_owner",
        "SET session_replication_role = replica"
      })
  void isDeniedWhateverRewritesHistoryOrSchema(String sql, TestDatabase database) {
    assertThatThrownBy(() -> run(database, sql))
        .isInstanceOfSatisfying(
            SQLException.class,
            denied -> assertThat(denied.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM events",
        "SELECT version FROM schema_history",
        "UPDATE tasks SET updated_at = now()",
        "DELETE FROM commands WHERE client_token = 'old'",
        "SELECT * FROM commands FOR UPDATE SKIP LOCKED",
        "INSERT INTO credentials (account_id, name, members, sealed, key_id)"
            + " VALUES ('default', 'c', '{apiUser}', '\\x00', 'k')",
        "SELECT name FROM credentials FOR KEY SHARE",
        "UPDATE credentials SET sealed = '\\x01'",
        "DELETE FROM credentials",
        "INSERT INTO access_keys (account_id, key_id, user_name, sealed, sealing_key_id, roles)"
            + " VALUES ('default', 'K', 'u', '\\x00', 'k', '{}')",
        "UPDATE access_keys SET sealed = '\\x01', sealing_key_id = 'l', updated_at = now()",
        "INSERT INTO audit_records (account_id, at, record_id, request_id, principal, action,"
            + " changing, source, decision) VALUES ('default', now(), gen_random_uuid(),"
            + " gen_random_uuid(), 'u', 'a', true, 's', 'denied')",
        "SELECT * FROM audit_records FOR UPDATE SKIP LOCKED",
        "DELETE FROM audit_records"
      })
  void isAllowedWhatTheServiceDoes(String sql, TestDatabase database) throws SQLException {
    run(database, sql);
  }

  @Test
  void ownsNothing(TestDatabase database) {
    new TaskRows(database).instance();
    assertThat(
            database.count(
                "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
                    + " WHERE r.rolname IN ('holdpoint', 'holdpoint_runtime')"))
        .isZero();
  }

  private static void run(TestDatabase database, String sql) throws SQLException {
    PostgresUri runtime = PostgresUri.parse(database.runtimeUri());
    try (Connection connection =
            DriverManager.getConnection(runtime.jdbcUrl(), runtime.user(), runtime.password());
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = holdpoint");
      statement.execute(sql);
    }
  }
}
