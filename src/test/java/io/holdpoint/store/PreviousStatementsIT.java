package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.PreviousBuild;
import io.holdpoint.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes of the previous build go on while the schema is this one's. */
@ExtendWith(DatabaseExtension.class)
class PreviousStatementsIT {
  /** Builds before want their own version and no other, whatever the schema says. */
  private static final String FIRST_TO_ASK = "012";

  private static final Pattern PARAMETER = Pattern.compile("\\$\\d+::[a-z0-9_]+(\\[])?");

  @Test
  void schemaSaysThatThePreviousBuildMayRunOnIt(TestDatabase database) {
    String oldest =
        PreviousBuild.SCHEMA.compareTo(FIRST_TO_ASK) < 0 ? FIRST_TO_ASK : PreviousBuild.SCHEMA;

    assertThat(database.text("SELECT oldest_build FROM schema_support")).isEqualTo(oldest);
  }

  @Test
  void everyStatementOfThePreviousBuildIsUnderstood(TestDatabase database) throws Exception {
    Map<String, String> statements = PreviousBuild.statements();
    assertThat(statements).containsKeys("interrupt_many", "claim_steps", "publish_stream");
    try (Connection connection = database.connect();
        Statement session = connection.createStatement()) {
      session.execute("SET ROLE holdpoint_runtime");
      statements.forEach(
          (name, sql) ->
              assertThatCode(() -> session.execute("PREPARE " + name + " AS " + sql))
                  .as(name)
                  .doesNotThrowAnyException());
    }
  }

  /** Else a fleet of both could not be tried with one build's code: it gives them its own. */
  @Test
  void statementOfBothBuildsTakesTheSameParameters() {
    Map<String, String> present = PreviousBuild.presentStatements();
    PreviousBuild.statements()
        .forEach(
            (name, sql) -> {
              if (present.containsKey(name)) {
                assertThat(parameters(present.get(name)))
                    .as("%s: a statement with other parameters needs another name", name)
                    .isEqualTo(parameters(sql));
              }
            });
  }

  private static SortedSet<String> parameters(String sql) {
    SortedSet<String> found = new TreeSet<>();
    Matcher matcher = PARAMETER.matcher(sql.replaceAll("(?m)^\\s*--.*$", ""));
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }
}
