package io.holdpoint.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run showed.
 *
 * @param clustered the rounds of several nodes with and without one event bus over all of them
 * @param grown the rounds after the data had grown; empty when it did not
 * @param purging the rounds after that, while expired tokens were purged; empty without tokens
 * @param purged how many were meanwhile
 * @param startMillis from the start of a service's process to its being ready, with the database up
 */
public record BenchResult(
    Summary summary,
    Summary clustered,
    Summary grown,
    Summary purging,
    long purged,
    Map<String, String> machine,
    long startMillis,
    int instances,
    long tokens) {

  /** How much of a scenario's throughput is left once the data has grown, by name. */
  Map<String, Double> leftWhenGrown() {
    return left(summary, grown);
  }

  /** How much of what the grown data left is there while tokens are purged, by name. */
  Map<String, Double> leftWhilePurging() {
    return left(grown, purging);
  }

  private static Map<String, Double> left(Summary before, Summary after) {
    Map<String, List<Measurement>> all = before.byScenario();
    Map<String, Double> left = new LinkedHashMap<>();
    after
        .byScenario()
        .forEach(
            (name, passes) -> {
              List<Measurement> earlier = all.get(name);
              if (earlier != null) {
                left.put(
                    name,
                    Summary.median(passes, Measurement::perSecond)
                        / Summary.median(earlier, Measurement::perSecond));
              }
            });
    return left;
  }

  private Stream<Summary> all() {
    return Stream.of(summary, clustered, grown, purging);
  }

  /** Everything that was acknowledged, against the database. */
  Effects effects() {
    return all().map(Summary::effects).reduce(Effects.NONE, Effects::plus);
  }

  /** Passes in which some request got another answer than it must. */
  List<String> unexpected() {
    return all().flatMap(rounds -> rounds.unexpected().stream()).toList();
  }

  /** Every acknowledged result stands in the database, and each answer was the right one. */
  public boolean holds() {
    return all().allMatch(rounds -> rounds.effects().hold()) && unexpected().isEmpty();
  }
}
