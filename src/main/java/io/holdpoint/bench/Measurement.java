package io.holdpoint.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one pass showed. Prices are microseconds of processor time per answered request.
 *
 * @param perSecond requests answered within the window
 * @param service price in the service; 0 for the raw line
 * @param database price in all processes of PostgreSQL; 0 when it runs elsewhere
 * @param generator price in the load generator, or in the raw line's client
 * @param walBytes of the write-ahead log per request
 * @param flushes of it to disk per request; null where the server does not count them
 * @param others processors that somebody else kept busy meanwhile; negative when not known
 * @param answers how often each came: {@code true}, {@code false}, error codes
 */
record Measurement(
    Scenario scenario,
    double perSecond,
    Histogram latencies,
    double service,
    double database,
    double generator,
    double walBytes,
    @Nullable Double flushes,
    double others,
    Map<String, Long> answers,
    long late,
    Effects effects) {

  /** In milliseconds. */
  double latency(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e3;
  }

  /** Whether each answer was the one that its request must get. */
  boolean expected() {
    String right = scenario.mix() == Mix.UNKNOWN ? "InstanceNotFound" : "true";
    return scenario.mix() == Mix.MIXED || answers.keySet().stream().allMatch(right::equals);
  }
}
