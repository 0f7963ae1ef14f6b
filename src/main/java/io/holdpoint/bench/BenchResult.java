package io.holdpoint.bench;

import java.util.Map;

/**
 * What a run showed.
 *
 * @param startMillis from the start of a service's process to its being ready, with the database up
 */
public record BenchResult(
    Summary summary, Map<String, String> machine, long startMillis, int instances, long tokens) {

  /** Every acknowledged result stands in the database, and each answer was the right one. */
  public boolean holds() {
    return summary.effects().hold() && summary.unexpected().isEmpty();
  }
}
