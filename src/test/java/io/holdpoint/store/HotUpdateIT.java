package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Direction;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An interrupt writes no index of the tasks: its new row version is found through the old one. */
@ExtendWith(DatabaseExtension.class)
class HotUpdateIT {
  private static final String FINGERPRINT = "'\\x00112233445566778899aabbccddeeff'";
  private static final Situation RUNNING =
      new Situation(TaskState.RUNNING, Direction.FORWARD, true, null);
  private static final Situation SUSPENDED =
      new Situation(TaskState.SUSPENDED, Direction.FORWARD, true, InterruptMode.NOW);

  /** Updates of tasks within one transaction, and how many of them were HOT. */
  private record Updates(long all, long hot) {}

  @Test
  void interruptIsHot(TestDatabase database) throws SQLException {
    String instance = new TaskRows(database).instance(RUNNING);

    assertThat(steer(database, "interrupt_one", "'" + instance + "'", "'now', "))
        .isEqualTo(new Updates(1, 1));
  }

  @Test
  void batchedInterruptIsHot(TestDatabase database) throws SQLException {
    TaskRows rows = new TaskRows(database);
    String instances = "ARRAY['" + rows.instance(RUNNING) + "', '" + rows.instance(RUNNING) + "']";

    assertThat(steerMany(database, instances)).isEqualTo(new Updates(2, 2));
  }

  @Test
  void resumeIsHot(TestDatabase database) throws SQLException {
    String instance = new TaskRows(database).instance(SUSPENDED);

    assertThat(steer(database, "resume_one", "'" + instance + "'", ""))
        .isEqualTo(new Updates(1, 1));
  }

  @Test
  void anIndexOnTheStateIsNoticed(TestDatabase database) throws SQLException {
    String instance = new TaskRows(database).instance(RUNNING);
    database.execute("CREATE INDEX planted ON tasks (state)");
    try {
      assertThat(steer(database, "interrupt_one", "'" + instance + "'", "'now', "))
          .isEqualTo(new Updates(1, 0));
    } finally {
      database.execute("DROP INDEX planted");
    }
  }

  private static Updates steer(TestDatabase database, String name, String instance, String mode)
      throws SQLException {
    return count(
        database,
        statement(name),
        "'default', "
            + instance
            + ", gen_random_uuid()::text, gen_random_uuid(), "
            + FINGERPRINT
            + ", "
            + mode
            + "'a test', NULL, gen_random_uuid(), gen_random_uuid()");
  }

  private static Updates steerMany(TestDatabase database, String instances) throws SQLException {
    return count(
        database,
        statement("interrupt_many"),
        "ARRAY['default', 'default'], "
            + instances
            + ", ARRAY[gen_random_uuid()::text, gen_random_uuid()::text],"
            + " ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY["
            + FINGERPRINT
            + "::bytea, "
            + FINGERPRINT
            + "::bytea], ARRAY['now', 'now'], ARRAY['a test', 'a test'],"
            + " ARRAY[NULL, NULL]::text[], ARRAY[gen_random_uuid(), gen_random_uuid()],"
            + " ARRAY[gen_random_uuid(), gen_random_uuid()]");
  }

  private static Updates count(TestDatabase database, String sql, String arguments)
      throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("PREPARE steer AS " + sql);
      statement.execute("EXECUTE steer (" + arguments + ")");
      try (ResultSet updates =
          statement.executeQuery(
              "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables"
                  + " WHERE relid = 'holdpoint.tasks'::regclass")) {
        updates.next();
        Updates counted = new Updates(updates.getLong(1), updates.getLong(2));
        connection.commit();
        return counted;
      }
    }
  }
}
