package io.holdpoint.fleet;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The faults of {@link WorkerFaultIT} on the kinds of change that every build leaves out. */
@ExtendWith(DatabaseExtension.class)
class WorkerFaultSoak {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"settings", "pipelines", "plugins", "version"})
  void stepOfAKilledWorkerIsTakenOver(String kind, TestDatabase database) {
    faults().stepOfAKilledWorkerIsTakenOverAndNoNodeIsChangedTwice(kind, database);
  }

  @ParameterizedTest
  @ValueSource(strings = {"settings", "pipelines", "plugins", "version"})
  void frozenWorkerCannotWrite(String kind, TestDatabase database) {
    faults().frozenWorkerThatComesBackCannotWrite(kind, database);
  }

  private WorkerFaultIT faults() {
    WorkerFaultIT faults = new WorkerFaultIT();
    faults.root = root;
    return faults;
  }
}
