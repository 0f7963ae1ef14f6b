package io.holdpoint.fleet;

import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SshFleetIT} on the kinds of change that every build leaves out. */
@RunningService(SshFleetIT.SEALING_KEY)
class SshFleetSoak {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"settings", "pipelines", "plugins", "version"})
  void interruptedAtEveryBoundaryItEndsAsIfUndisturbed(
      String kind, ServiceFixture service, TestDatabase database) {
    SshFleetIT fleets = new SshFleetIT();
    fleets.root = root;
    try {
      fleets.interruptedAtEveryBoundaryItEndsAsIfUndisturbed(kind, service, database);
    } finally {
      fleets.close();
    }
  }
}
