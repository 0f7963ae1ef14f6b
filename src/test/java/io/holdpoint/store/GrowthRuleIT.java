package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rule that lets one database be spread by account later: every key begins with the account,
 * and every statement names the account of every row that it reads. What is exempt stands here with
 * its reason; an exemption that is not needed any more fails too.
 */
@ExtendWith(DatabaseExtension.class)
class GrowthRuleIT {
  private static final Map<String, String> KEYS_OF_NO_ACCOUNT =
      Map.of(
          "schema_history has no account_id", "the migrations of one database",
          "stream_publisher has no account_id", "what was seen of one database's transactions",
          "stream_server has no account_id", "the server of one database's transactions",
          "service_nodes has no account_id", "processes serve all accounts of their database",
          "cluster_members has no account_id", "processes serve all accounts of their database",
          "schema_support has no account_id", "which builds may run on one database",
          "access_keys: access_keys_directory does not begin with account_id",
              "a call names its key before its account is known; copied to every node");

  /** Each group with its reason; what is named reads the table over all accounts. */
  private static final List<Exempt> OVER_ALL_ACCOUNTS =
      List.of(
          new Exempt(
              "the directory, whole on every node: a key is known by its id alone",
              "access_keys",
              "find_access_keys",
              "lock_access_key",
              "list_access_keys",
              "set_access_key_state",
              "set_access_key_rights",
              "replace_access_key_secret",
              "remove_access_key",
              "access_keys_sealed_with_other_keys"),
          new Exempt(
              "sealing anew, by an operator: runs once per shard",
              "credentials",
              "sealed_with_other_keys"),
          new Exempt(
              "sealing anew, by an operator: runs once per shard",
              "webhooks",
              "webhooks_sealed_with_other_keys"),
          new Exempt(
              "nodes send for all accounts of a database: runs once per shard",
              "webhooks",
              "claim_webhooks",
              "sweep_webhooks",
              "rename_messages"),
          new Exempt(
              "workers serve all accounts of a database: runs once per shard",
              "steps",
              "claim_steps",
              "expired_leases",
              "list_service_nodes"),
          new Exempt("retention: runs once per shard", "commands", "purge_commands"),
          new Exempt("retention: runs once per shard", "audit_records", "purge_audit"),
          new Exempt("the one publisher of a database", "events", "publish_stream", "adopt_stream"),
          new Exempt("a watch over the whole promise", "events", "steps_started_after_ack"));

  private record Exempt(String reason, String table, String... statements) {}

  @Test
  void everyKeyBeginsWithTheAccount(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      assertThat(AccountKeys.breaches(connection))
          .containsExactlyInAnyOrderElementsOf(KEYS_OF_NO_ACCOUNT.keySet());
    }
  }

  @Test
  void everyStatementNamesTheAccountOfWhatItReads(TestDatabase database) throws Exception {
    Map<String, Set<String>> found = new TreeMap<>();
    try (Connection connection = database.connect()) {
      for (String name : statements()) {
        Set<String> unbounded = unbounded(connection, Statements.statement(name));
        if (!unbounded.isEmpty()) {
          found.put(name, unbounded);
        }
      }
    }
    Map<String, Set<String>> exempt = new TreeMap<>();
    for (Exempt group : OVER_ALL_ACCOUNTS) {
      for (String statement : group.statements()) {
        exempt.put(statement, Set.of(group.table()));
      }
    }
    assertThat(found).isEqualTo(exempt);
  }

  @Test
  void aKeyThatDoesNotBeginWithTheAccountIsFound(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      try (Statement run = connection.createStatement()) {
        run.execute(
            """
            CREATE TABLE planted_plain (id uuid PRIMARY KEY);
            CREATE TABLE planted_bare (account_id text NOT NULL);
            CREATE TABLE planted_last (
              account_id text DEFAULT 'default', task_id uuid, label text UNIQUE,
              PRIMARY KEY (task_id, account_id),
              CONSTRAINT planted_steps UNIQUE (account_id, task_id, label),
              CONSTRAINT planted_tasks FOREIGN KEY (task_id, account_id)
                REFERENCES tasks (task_id, account_id),
              CONSTRAINT planted_plains FOREIGN KEY (task_id) REFERENCES planted_plain)
            """);
      }

      Set<String> breaches = AccountKeys.breaches(connection);

      connection.rollback();
      breaches.removeAll(KEYS_OF_NO_ACCOUNT.keySet());
      assertThat(breaches)
          .containsExactly(
              "planted_bare has no primary key",
              "planted_last has rows that name no account",
              "planted_last: planted_last_label_key does not begin with account_id",
              "planted_last: planted_last_pkey does not begin with account_id",
              "planted_last: planted_plains does not begin with account_id on both sides",
              "planted_last: planted_tasks does not begin with account_id on both sides",
              "planted_plain has no account_id");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tasks | SELECT * FROM tasks WHERE task_id = $1::uuid",
        "tasks | SELECT * FROM tasks WHERE $1::text IS NULL OR account_id = $1::text",
        "tasks | SELECT * FROM tasks WHERE account_id > $1::text AND state = 'a = (b'",
        "tasks | UPDATE tasks SET hold = NULL WHERE task_id = $1::uuid",
        "steps | SELECT FROM tasks t JOIN steps s USING (task_id) WHERE t.account_id = $1::text",
        "steps,tasks | SELECT FROM tasks t JOIN steps s USING (account_id, task_id)",
        "tasks | SELECT FROM tasks t LEFT JOIN unnest($1::text[]) u (a) ON t.account_id = u.a",
        "tasks | SELECT FROM unnest($1::text[]) u (a) RIGHT JOIN tasks t ON t.account_id = u.a",
        "tasks | SELECT FROM tasks t WHERE NOT EXISTS"
            + " (SELECT FROM steps s WHERE s.account_id = t.account_id AND s.account_id = $1::text)",
        "events | SELECT FROM (SELECT * FROM events ORDER BY at LIMIT 9) e"
            + " JOIN unnest($1::text[]) u (a) ON e.account_id = u.a",
        "events | SELECT (SELECT count(*) FROM events e WHERE e.task_id = t.task_id)"
            + " FROM tasks t WHERE t.account_id = $1::text",
        "commands | DELETE FROM commands c USING (SELECT * FROM commands LIMIT 9) o"
            + " WHERE c.account_id = o.account_id AND c.client_token = o.client_token"
      })
  void aStatementThatReadsOverAllAccountsIsFound(String tables, String sql, TestDatabase database)
      throws SQLException {
    try (Connection connection = database.connect()) {
      assertThat(unbounded(connection, sql)).isEqualTo(Set.of(tables.split(",", -1)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT FROM tasks WHERE account_id = $1::text AND (state = 'a' OR hold = 'b')",
        "SELECT FROM tasks t JOIN steps s USING (account_id, task_id) WHERE s.account_id = 'x'",
        "SELECT FROM tasks t JOIN unnest($1::text[]) u (a) ON t.account_id = u.a",
        "SELECT FROM unnest($1::text[]) u (a) LEFT JOIN tasks t ON t.account_id = u.a",
        "SELECT FROM stream_publisher"
      })
  void aStatementThatNamesItsAccountsPasses(String sql, TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      assertThat(unbounded(connection, sql)).isEmpty();
    }
  }

  /** The service's own: those of the benchmark have a database of one account to themselves. */
  private static List<String> statements() throws IOException {
    String begin = "-- name: ";
    try (Stream<Path> files = Files.list(Path.of("sql/query"))) {
      List<Path> all = files.filter(file -> !file.endsWith("bench.sql")).sorted().toList();
      List<String> names = new ArrayList<>();
      for (Path file : all) {
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith(begin))
            .map(line -> line.substring(begin.length()).strip())
            .forEach(names::add);
      }
      return names;
    }
  }

  /** The generic plan: one for all arguments, so it cannot lean on any of them. */
  private static Set<String> unbounded(Connection connection, String sql) throws SQLException {
    try (Statement run = connection.createStatement()) {
      run.execute("SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL");
      run.execute("PREPARE planned AS " + sql);
      int parameters =
          Integer.parseInt(
              one(run, "SELECT cardinality(parameter_types) FROM pg_prepared_statements"));
      String nulls = String.join(", ", Collections.nCopies(parameters, "NULL"));
      String execute = parameters == 0 ? "EXECUTE planned" : "EXECUTE planned (" + nulls + ")";
      String plan = one(run, "EXPLAIN (VERBOSE, FORMAT JSON) " + execute);
      return AccountPlan.unbounded(plan, accountTables(run));
    }
  }

  private static Set<String> accountTables(Statement run) throws SQLException {
    String sql =
        "SELECT attrelid::regclass::name FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            + " WHERE relnamespace = 'holdpoint'::regnamespace AND relkind IN ('r', 'p')"
            + " AND attname = 'account_id'";
    Set<String> tables = new HashSet<>();
    try (ResultSet rows = run.executeQuery(sql)) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return tables;
  }

  private static String one(Statement run, String sql) throws SQLException {
    try (ResultSet rows = run.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
