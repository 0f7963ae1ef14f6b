package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each question about the audit trail goes along its index from the newest record back, whether it
 * is planned for its arguments or for any; so does the purge, and the lookup of a key.
 */
@ExtendWith(DatabaseExtension.class)
class AuditPlanIT {
  private static final String RANGE =
      "'default', '1970-01-01', '9999-01-01', '00000000-0000-0000-0000-000000000000', 101";

  private static TestDatabase database;

  @BeforeAll
  static void fill(TestDatabase fresh) {
    database = fresh;
    fresh.execute(
        "INSERT INTO audit_records (account_id, at, record_id, request_id, principal, action,"
            + " changing, instance_id, source, decision)"
            + " SELECT CASE i % 5 WHEN 0 THEN 'other' ELSE 'default' END,"
            + " now() - i * interval '1 minute', gen_random_uuid(), gen_random_uuid(),"
            + " 'user-' || i % 50, 'a', true, 'ls-' || i % 100, 's',"
            + " CASE i % 1000 WHEN 1 THEN 'denied' ELSE 'allowed' END"
            + " FROM generate_series(1, 60000) i");
    fresh.execute(
        "INSERT INTO access_keys (account_id, key_id, user_name, sealed, sealing_key_id, roles)"
            + " SELECT 'default', 'HP' || i, 'u', '\\x00', 'k', '{}'"
            + " FROM generate_series(1, 20000) i");
    fresh.execute("ANALYZE audit_records, access_keys");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "list_audit | NULL | audit_records_pkey",
        "list_audit | 'allowed' | audit_records_pkey",
        "list_audit_of_principal | NULL, 'user-7' | audit_records_principal",
        "list_audit_of_instance | NULL, 'ls-7', NULL | audit_records_instance",
        "list_audit_by_decision | 'denied' | audit_records_refused"
      })
  void aPageIsReadAlongItsIndex(String name, String filters, String index) throws SQLException {
    for (String mode : List.of("force_custom_plan", "force_generic_plan")) {
      assertThat(plan(name, RANGE + ", " + filters, mode))
          .as(mode)
          .anyMatch(line -> line.contains("Index Scan Backward using " + index))
          .noneMatch(line -> line.contains("Seq Scan"));
    }
  }

  @Test
  void thePurgeLooksAtNothingThatIsNotOld() throws SQLException {
    List<String> plan = plan("purge_audit", "86400000, 100", "force_custom_plan");

    assertThat(plan).noneMatch(line -> line.contains("Seq Scan on audit_records"));
    assertThat(plan)
        .anyMatch(
            line -> line.contains("Index Cond") && line.contains("at < (statement_timestamp"));
  }

  @Test
  void aKeyIsLookedUpInTheDirectory() throws SQLException {
    assertThat(plan("find_access_keys", "'{HP1,HP2}'", "force_generic_plan"))
        .anyMatch(line -> line.contains("access_keys_directory"))
        .noneMatch(line -> line.contains("Seq Scan"));
  }

  private static List<String> plan(String name, String arguments, String mode) throws SQLException {
    try (Connection connection = database.connect();
        Statement run = connection.createStatement()) {
      run.execute("SET plan_cache_mode = " + mode);
      run.execute("PREPARE planned AS " + statement(name));
      List<String> lines = new ArrayList<>();
      try (ResultSet rows = run.executeQuery("EXPLAIN EXECUTE planned (" + arguments + ")")) {
        while (rows.next()) {
          lines.add(rows.getString(1));
        }
      }
      return lines;
    }
  }
}
