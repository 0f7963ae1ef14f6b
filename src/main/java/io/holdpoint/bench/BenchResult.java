package io.holdpoint.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run showed.
 *
 * @param grown the rounds after the data had grown; empty when it did not
 * @param startMillis from the start of a service's process to its being ready, with the database up
 */
public record BenchResult(
    Summary summary,
    Summary grown,
    Map<String, String> machine,
    long startMillis,
    int instances,
    long tokens) {

  /** How much of a scenario's throughput is left once the data has grown, by name. */
  Map<String, Double> leftWhenGrown() {
    Map<String, List<Measurement>> before = summary.byScenario();
    Map<String, Double> left = new LinkedHashMap<>();
    grown
        .byScenario()
        .forEach(
            (name, passes) -> {
              List<Measurement> small = before.get(name);
              if (small != null) {
                left.put(
                    name,
                    Summary.median(passes, Measurement::perSecond)
                        / Summary.median(small, Measurement::perSecond));
              }
            });
    return left;
  }

  /** Passes in which some request got another answer than it must. */
  List<String> unexpected() {
    return Stream.of(summary, grown).flatMap(rounds -> rounds.unexpected().stream()).toList();
  }

  /** Every acknowledged result stands in the database, and each answer was the right one. */
  public boolean holds() {
    return summary.effects().hold() && grown.effects().hold() && unexpected().isEmpty();
  }
}
