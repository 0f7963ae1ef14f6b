package io.holdpoint.bench;

import io.holdpoint.auth.SignatureScheme;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Throughput and latency by concurrency, and the distribution of latencies, as SVG. */
public final class BenchPicture {
  private static final int[] CONNECTIONS = {1, 8, 64, 512};
  private static final double[] PERCENTILES = {0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99};

  private BenchPicture() {}

  public static String of(BenchResult result) {
    Map<String, List<Measurement>> all = result.summary().byScenario();
    Chart throughput = byConnections("requests per second", all, Measurement::perSecond, false);
    Chart median = byConnections("p50, ms", all, pass -> pass.latency(50), true);
    Chart tail = byConnections("p99, ms", all, pass -> pass.latency(99), true);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1040 720" font-family="sans-serif"
             font-size="12">
        <rect width="1040" height="720" fill="white"/>
        """
        + throughput.svg(10, 10)
        + median.svg(520, 10)
        + tail.svg(10, 360)
        + distribution(all).svg(520, 360)
        + "</svg>\n";
  }

  private static Chart byConnections(
      String title,
      Map<String, List<Measurement>> all,
      ToDoubleFunction<Measurement> figure,
      boolean logarithmic) {
    Chart chart = new Chart(title, "connections", logarithmic);
    for (int connections : CONNECTIONS) {
      chart.mark(connections, Integer.toString(connections));
    }
    chart.line("raw line", points(all, Scenario::raw, figure));
    chart.line("unsigned", points(all, scenario -> signed(scenario, null), figure));
    chart.line(
        "ACS3",
        points(all, scenario -> signed(scenario, SignatureScheme.ACS3_HMAC_SHA256), figure));
    return chart;
  }

  private static boolean signed(Scenario scenario, @Nullable SignatureScheme scheme) {
    return !scenario.raw() && scenario.mix() == Mix.INTERRUPT && scenario.scheme() == scheme;
  }

  private static List<double[]> points(
      Map<String, List<Measurement>> all,
      Predicate<Scenario> wanted,
      ToDoubleFunction<Measurement> figure) {
    return all.values().stream()
        .filter(passes -> passes.get(0).scenario().ratePerSecond() == 0)
        .filter(passes -> passes.get(0).scenario().nodes() == 1)
        .filter(passes -> wanted.test(passes.get(0).scenario()))
        .map(
            passes ->
                new double[] {
                  passes.get(0).scenario().connections(), Summary.median(passes, figure)
                })
        .sorted(Comparator.comparingDouble(point -> point[0]))
        .toList();
  }

  /** On an axis of how many in how many are slower. */
  private static Chart distribution(Map<String, List<Measurement>> all) {
    Chart chart = new Chart("latency, ms, by percentile", "percentile", true);
    chart.mark(1, "0");
    chart.mark(2, "50");
    chart.mark(10, "90");
    chart.mark(100, "99");
    chart.mark(1_000, "99.9");
    chart.mark(10_000, "99.99");
    all.forEach(
        (name, passes) -> {
          Scenario scenario = passes.get(0).scenario();
          boolean shown =
              scenario.ratePerSecond() > 0 && scenario.scheme() == null
                  || name.equals("raw_c16")
                  || name.equals("interrupt_c256_unsigned");
          if (shown) {
            chart.line(name, distribution(Summary.latencies(passes)));
          }
        });
    return chart;
  }

  private static List<double[]> distribution(Histogram latencies) {
    List<double[]> points = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      points.add(
          new double[] {
            100 / (100 - percentile), Math.max(1, latencies.getValueAtPercentile(percentile)) / 1e3
          });
    }
    return points;
  }
}
