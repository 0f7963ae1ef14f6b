package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The plans that PostgreSQL keeps for the statements of the hot path, as the service's own
 * connections get them: none reads a whole table, however early it was made.
 */
@ExtendWith(DatabaseExtension.class)
class PlanIT {
  private static final int ROWS = 50_000;
  private static final List<String> HOT_PATH =
      List.of(
          "interrupt_one",
          "interrupt_many",
          "resume_one",
          "resume_many",
          "claim_steps",
          "renew_leases",
          "save_checkpoint",
          "settle_step",
          "expired_leases");

  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");
  private static final Pattern WHOLE_TABLE =
      Pattern.compile("Seq Scan on (tasks|commands|instances|events|steps)\\b");
  private static final Pattern BY_KEY =
      Pattern.compile("Index (Only )?Scan using \\w+ on (tasks|commands|instances)\\b");
  private static final Pattern READY = Pattern.compile("using steps_ready on steps");

  private static StorePools pools;
  private static Database store;

  @BeforeAll
  static void open(TestDatabase database) {
    pools = new StorePools(database);
    store = pools.database();
  }

  @AfterAll
  static void close() {
    pools.close();
  }

  @Test
  void noPlanReadsAWholeTable(TestDatabase database) {
    Pool early = store.commandPool();
    HOT_PATH.forEach(name -> await(early.withConnection(prepare(name))));
    assertNoSequentialScan(early, "all tables empty");
    fill(database);
    Pool late = store.commandPool();
    HOT_PATH.forEach(name -> await(late.withConnection(prepare(name))));
    assertByKey(late, "not analyzed yet");

    database.execute("ANALYZE");

    assertByKey(late, "prepared before it was analyzed");
    assertByKey(early, "prepared while all tables were empty");
    await(early.close());
    await(late.close());
  }

  @Test
  void commandsAndWorkHaveTheSettingsThatKeepThePlans() {
    Pool commands = store.commandPool();
    String settings =
        "SELECT current_setting('enable_seqscan') || ' ' || current_setting('plan_cache_mode')";

    List<String> ofCommands = await(commands.withConnection(c -> run(c, settings)));
    List<String> ofWork = await(store.work().withConnection(c -> run(c, settings)));

    assertThat(ofCommands).containsExactly("off force_generic_plan");
    assertThat(ofWork).containsExactly("off force_generic_plan");
    await(commands.close());
  }

  private static void assertNoSequentialScan(Pool pool, String when) {
    for (String name : HOT_PATH) {
      assertThat(plan(pool, name))
          .as(name + ", " + when)
          .isNotEmpty()
          .noneMatch(line -> WHOLE_TABLE.matcher(line).find());
    }
  }

  /** An index that is read from end to end is no better than a sequential scan. */
  private static void assertByKey(Pool pool, String when) {
    assertNoSequentialScan(pool, when);
    for (String name : HOT_PATH) {
      List<String> plan = plan(pool, name);
      for (int i = 0; i < plan.size(); i++) {
        if (BY_KEY.matcher(plan.get(i)).find()) {
          assertThat(plan.get(i + 1))
              .as(name + ", " + when + ": " + plan.get(i))
              .contains("Index Cond", "account_id = ", " AND ");
        }
      }
    }
    assertThat(plan(pool, "claim_steps"))
        .as("looks through all ready steps once, to find the oldest; " + when)
        .filteredOn(line -> READY.matcher(line).find())
        .hasSize(1);
  }

  private static Function<SqlConnection, Future<List<String>>> prepare(String name) {
    return connection -> run(connection, "PREPARE planned_" + name + " AS " + statement(name));
  }

  /** The plan is generic, so the arguments do not matter. */
  private static List<String> plan(Pool pool, String name) {
    int parameters =
        PARAMETER
            .matcher(statement(name))
            .results()
            .mapToInt(match -> Integer.parseInt(match.group(1)))
            .max()
            .orElse(0);
    String nulls = String.join(", ", Collections.nCopies(parameters, "NULL"));
    return await(
        pool.withConnection(
            connection -> run(connection, "EXPLAIN EXECUTE planned_" + name + " (" + nulls + ")")));
  }

  private static Future<List<String>> run(SqlConnection connection, String sql) {
    return connection
        .query(sql)
        .execute()
        .map(
            rows -> {
              List<String> lines = new ArrayList<>();
              rows.forEach(row -> lines.add(row.getString(0)));
              return lines;
            });
  }

  private static void fill(TestDatabase database) {
    database.execute(
        "INSERT INTO instances (account_id, instance_id, version, description, node_amount,"
            + " specification) SELECT 'default', 'ls-' || i, '7.4.0', 'x', 1, '{}'"
            + series()
            + "; INSERT INTO tasks (account_id, task_id, instance_id, change, state, changed_by,"
            + " wave_left, active_since) SELECT 'default', gen_random_uuid(), 'ls-' || i,"
            + " 'restart', 'running', gen_random_uuid(), 1, now()"
            + series()
            + "; INSERT INTO steps (account_id, task_id, step, wave, action, ready_at)"
            + " SELECT account_id, task_id, s, s, 'check', CASE s WHEN 1 THEN now() END"
            + " FROM tasks, generate_series(1, 3) s"
            + "; INSERT INTO events (account_id, task_id, sequence, instance_id, kind, to_state,"
            + " epoch, in_flight) SELECT account_id, task_id, 1, instance_id, 'created',"
            + " 'pending', 1, 0 FROM tasks"
            + "; INSERT INTO commands (account_id, client_token, fingerprint, request_id, result)"
            + " SELECT 'default', 'token-' || i, decode(repeat('00', 16), 'hex'),"
            + " gen_random_uuid(), 'true'"
            + series());
  }

  private static String series() {
    return " FROM generate_series(1, " + ROWS + ") i";
  }
}
