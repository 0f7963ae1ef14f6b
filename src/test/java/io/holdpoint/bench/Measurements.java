package io.holdpoint.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** Passes as a test wants them. */
final class Measurements {
  private Measurements() {}

  static Measurement of(Scenario scenario, double perSecond, int micros) {
    return of(scenario, perSecond, micros, 0.05, Map.of("true", 10L));
  }

  static Measurement of(
      Scenario scenario, double perSecond, int micros, double others, Map<String, Long> answers) {
    int members = scenario.clustered() ? scenario.nodes() : 0;
    return of(scenario, perSecond, micros, members, others, answers);
  }

  /**
   * @param members as a node saw them after the pass
   */
  static Measurement of(
      Scenario scenario,
      double perSecond,
      int micros,
      int members,
      double others,
      Map<String, Long> answers) {
    Histogram latencies = new Histogram(60_000_000, 3);
    latencies.recordValueWithCount(micros, 10);
    return new Measurement(
        scenario,
        perSecond,
        latencies,
        new Histogram(60_000_000, 3),
        10,
        20,
        4,
        500,
        0.5,
        300,
        members,
        others,
        answers,
        0,
        new Effects(10, 0, 0, 10, 10, 10));
  }
}
