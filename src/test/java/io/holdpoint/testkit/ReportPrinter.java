package io.holdpoint.testkit;

import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Shows what tests report (seeds, figures) in the build's output: Maven's own reports drop it. */
public final class ReportPrinter implements TestExecutionListener {
  @Override
  public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    entry
        .getKeyValuePairs()
        .forEach(
            (name, value) ->
                System.out.println(test.getDisplayName() + ": " + name + " = " + value));
  }
}
