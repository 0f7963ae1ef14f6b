package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What looking for webhooks costs while there are many and few of them have something to send. */
@ExtendWith(DatabaseExtension.class)
class WebhookPlanIT {
  private static final int WEBHOOKS = 20_000;
  private static final Pattern BUFFERS = Pattern.compile("shared hit=(\\d+)(?: read=(\\d+))?");
  private static final String CLAIM =
      "claim_webhooks(gen_random_uuid(), 32, 30000, 8, '{a1,a2}', '{8,1}')";

  private static TestDatabase database;

  @BeforeAll
  static void fill(TestDatabase fresh) {
    database = fresh;
    fresh.execute(
        "INSERT INTO accounts (account_id) SELECT 'a' || i FROM generate_series(0, 999) i;"
            + " INSERT INTO streams (account_id, position)"
            + " SELECT 'a' || i, 10 FROM generate_series(0, 999) i;"
            + " INSERT INTO webhooks (account_id, name, webhook_id, slot, url, sealed, key_id,"
            + " position) SELECT 'a' || i % 1000, 'w' || i, gen_random_uuid(), i / 1000 + 1,"
            + " 'https://hooks.example/', decode(repeat('00', 100), 'hex'), 'k', 10"
            + " FROM generate_series(0, "
            + (WEBHOOKS - 1)
            + ") i");
  }

  @BeforeEach
  void allAreIdleAndDueSinceLong() {
    database.execute(
        "UPDATE webhooks SET idle = true, leased_by = NULL, due_at = now() - interval '1 day'");
    database.execute("VACUUM (ANALYZE) webhooks");
  }

  @Test
  void aClaimReadsNoneThatIsIdle() {
    assertThat(buffers(CLAIM)).isLessThan(20);
  }

  @Test
  void aClaimReadsNoneThatWaitsOrThatANodeHas() {
    database.execute("UPDATE webhooks SET idle = false, due_at = now() + interval '1 hour'");
    database.execute("VACUUM (ANALYZE) webhooks");

    assertThat(buffers(CLAIM)).isLessThan(20);
  }

  @Test
  void aClaimCostsWhatItTakesHoweverManyAreDue() {
    database.execute("UPDATE webhooks SET idle = false");
    database.execute("VACUUM (ANALYZE) webhooks");

    assertThat(buffers(CLAIM)).isLessThan(2_500);
  }

  @Test
  void wakingReadsNoOtherAccount() {
    assertThat(buffers("wake_webhooks('{a7}')")).isLessThan(50);
    database.execute("UPDATE streams SET position = 11 WHERE account_id = 'a7'");
    try {
      assertThat(buffers("wake_webhooks('{a7}')")).isLessThan(1_000);
      assertThat(database.count("SELECT count(*) FROM webhooks WHERE NOT idle")).isEqualTo(20);
    } finally {
      database.execute("UPDATE streams SET position = 10 WHERE account_id = 'a7'");
    }
  }

  @Test
  void aSweepReadsItsPageAlone() {
    assertThat(buffers("sweep_webhooks('a5', 'w5', 1000)")).isLessThan(6_000);
    assertThat(buffers("sweep_webhooks('a5', 'w5', 10)")).isLessThan(100);
  }

  /** The plan is kept, and the table grows under it. */
  @Test
  void aClaimThatWasPlannedWhileNobodyWasDueCostsNoMore() throws SQLException {
    try (Connection early = database.connect()) {
      try (Statement run = early.createStatement()) {
        run.execute("CREATE TEMP TABLE kept AS TABLE webhooks");
        run.execute("TRUNCATE webhooks CASCADE");
      }
      assertThat(buffers(early, CLAIM)).isLessThan(50);
      try (Statement run = early.createStatement()) {
        run.execute("UPDATE kept SET idle = false");
        run.execute("INSERT INTO webhooks TABLE kept");
      }

      assertThat(explained(early, CLAIM)).isLessThan(4_000);
    }
  }

  private static int buffers(String call) {
    try (Connection connection = database.connect()) {
      return buffers(connection, call);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Of the plan that the service's connections keep. */
  private static int buffers(Connection connection, String call) throws SQLException {
    try (Statement run = connection.createStatement()) {
      run.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off");
      run.execute("PREPARE " + name(call) + " AS " + statement(name(call)));
    }
    return explained(connection, call);
  }

  private static String name(String call) {
    return call.substring(0, call.indexOf('('));
  }

  private static int explained(Connection connection, String call) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (Statement run = connection.createStatement();
        ResultSet lines =
            run.executeQuery("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE " + call)) {
      while (lines.next()) {
        plan.append(lines.getString(1)).append('\n');
      }
    }
    // A part that writes beside the answer is not counted in the whole.
    return BUFFERS
        .matcher(plan.substring(0, plan.indexOf("\nPlanning")))
        .results()
        .mapToInt(
            part ->
                Integer.parseInt(part.group(1))
                    + (part.group(2) == null ? 0 : Integer.parseInt(part.group(2))))
        .max()
        .orElseThrow();
  }
}
