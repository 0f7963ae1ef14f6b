package io.holdpoint;

import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.Migrations;

/** The schema of the configured database, for the command line. */
public final class Schema {
  private Schema() {}

  /**
   * Brings it to the version of this build; blocking.
   *
   * @throws io.holdpoint.store.StartException with one line that says what to do
   */
  public static Migrations.Report migrate(HoldpointConfig config) {
    return Persistence.migrate(config);
  }
}
