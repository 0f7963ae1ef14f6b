package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A fresh database is brought to the schema by its owner and then served by another login. */
@ExtendWith(DatabaseExtension.class)
class MigrateIT {
  private static final Duration ENDED = Duration.ofSeconds(20);
  private static final String LOGIN = "svc_of_migrate_it";

  private TestDatabase server;
  private Map<String, String> environment;

  @BeforeEach
  void createDatabase(TestDatabase any) {
    server = any;
    server.execute("CREATE DATABASE to_migrate OWNER holdpoint_owner");
    environment =
        Map.of(
            "HOLDPOINT_POSTGRES_OWNER_URI",
            server.ownerUriOf("to_migrate"),
            "HOLDPOINT_POSTGRES_URI",
            server.runtimeUriOf("to_migrate").replaceFirst("//[^@]*@", "//" + LOGIN + ":p%40ss@"));
  }

  @AfterEach
  void dropDatabase() {
    server.execute("DROP DATABASE to_migrate WITH (FORCE)");
    server.execute("DROP ROLE IF EXISTS " + LOGIN);
  }

  @Test
  void migrateMakesSchemaAndLoginAndTheSecondTimeNothing() {
    assertThat(migrate()).matches("schema at version \\d+, [1-9]\\d* migrations run");
    assertThat(migrate()).matches("schema at version \\d+, 0 migrations run");

    assertThat(server.text("SELECT rolcanlogin FROM pg_roles WHERE rolname = '" + LOGIN + "'"))
        .isEqualTo("true");
    try (ChildService service = ChildService.start(environment)) {
      String instance = new Operator(service.api()).createInstance(1);
      assertThat(new Operator(service.api()).status(instance)).isEqualTo("active");
    }
  }

  @Test
  void serveMigratesByItselfWhenToldTo() {
    Map<String, String> told = new HashMap<>(environment);
    told.put("HOLDPOINT_MIGRATE", "on");
    try (ChildService service = ChildService.start(told)) {
      assertThat(service.ready()).isTrue();
    }
  }

  @Test
  void loginThatMayNotMigrateIsRefused() {
    Map<String, String> notOwner =
        Map.of("HOLDPOINT_POSTGRES_URI", server.runtimeUriOf("to_migrate"));

    StartIT.assertRefused(
        notOwner, new String[] {"migrate"}, "migrated", "HOLDPOINT_POSTGRES_OWNER_URI");
  }

  private String migrate() {
    try (ChildProcess child = ChildProcess.launch(environment, "migrate")) {
      int code = child.exitCode(ENDED);
      assertThat(child.errorLines()).isEmpty();
      assertThat(code).isZero();
      assertThat(child.out()).hasSize(1);
      return child.out().get(0);
    }
  }
}
