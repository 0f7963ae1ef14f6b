package io.holdpoint.bench;

import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What one pass showed. Prices are microseconds of processor time per answered request.
 *
 * @param perSecond requests answered within the window
 * @param service price in the service; 0 for the raw line
 * @param database price in all processes of PostgreSQL; 0 when it runs elsewhere
 * @param generator price in the load generator, or in the raw line's client
 * @param walBytes of the write-ahead log per request
 * @param flushes of it to disk per request
 * @param resident memory of the service after the pass, MiB; 0 when not known
 * @param members that the node saw after the pass that saw fewest; 0 without a cluster
 * @param others processors that somebody else kept busy meanwhile; negative when not known
 * @param answers how often each came: {@code true}, {@code false}, error codes
 */
record Measurement(
    Scenario scenario,
    double perSecond,
    Histogram latencies,
    Histogram refusalLatencies,
    double service,
    double database,
    double generator,
    double walBytes,
    double flushes,
    long resident,
    int members,
    double others,
    Map<String, Long> answers,
    long late,
    Effects effects) {
  private static final String NOT_FOUND = "InstanceNotFound";

  /** Of what got a result, or of unknown instances their error; in milliseconds. */
  double latency(double percentile) {
    Histogram own = scenario.mix() == Mix.UNKNOWN ? refusalLatencies : latencies;
    return own.getValueAtPercentile(percentile) / 1e3;
  }

  /** Of what was turned away, in milliseconds. */
  double refusalLatency(double percentile) {
    return refusalLatencies.getValueAtPercentile(percentile) / 1e3;
  }

  /** Whether a node had lost another one, so that it was no measure of a cluster. */
  boolean fellApart() {
    return scenario.clustered() && members != scenario.nodes();
  }

  /** Whether each answer was the one that its request must get. */
  boolean expected() {
    Set<String> right =
        switch (scenario.mix()) {
          case UNKNOWN -> Set.of(NOT_FOUND);
          case MIXED -> Set.of("true", "false", NOT_FOUND);
          case INTERRUPT, REPLAY ->
              scenario.overload() ? Set.of("true", "ServiceUnavailable") : Set.of("true");
        };
    return right.containsAll(answers.keySet());
  }
}
