package io.holdpoint.cli;

import io.holdpoint.Schema;
import io.holdpoint.store.Migrations;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Brings the database to the schema of this build, with the owner's login. */
@Command(
    name = "migrate",
    description = "Brings the database to the schema this build needs, with the owner's login.")
final class MigrateCommand implements Runnable {
  @ParentCommand private HoldpointCommand parent;

  @Override
  public void run() {
    Migrations.Report report = Schema.migrate(parent.config(Map.of()));
    parent
        .out()
        .println(
            "schema at version " + report.version() + ", " + report.executed() + " migrations run");
  }
}
