package io.holdpoint.bench;

import java.util.List;
import java.util.Map;

/** The figures as a table in Markdown, which is also read well as it is. */
public final class BenchTable {
  private static final String ROW = "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n";

  private BenchTable() {}

  /** One pass in one line. */
  static String line(Measurement pass) {
    return "%s: %,.0f/s, p50 %.2f ms, p99 %.2f ms, service %.1f us, PostgreSQL %.1f us"
        .formatted(
            pass.scenario().name(),
            pass.perSecond(),
            pass.latency(50),
            pass.latency(99),
            pass.service(),
            pass.database());
  }

  public static String of(BenchResult result) {
    StringBuilder text = new StringBuilder();
    Summary summary = result.summary();
    Map<String, Double> ratios = summary.ratios();
    text.append(
        ROW.formatted(
            "what",
            "requests/s",
            "x raw",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "service us",
            "PostgreSQL us",
            "generator us",
            "WAL bytes",
            "flushes"));
    text.append("|---|").append("---:|".repeat(10)).append(System.lineSeparator());
    rows(text, "", summary);
    rows(text, "one bus: ", result.clustered());
    rows(text, "grown: ", result.grown());
    rows(text, "purging: ", result.purging());
    text.append(System.lineSeparator());
    Double latency = ratios.get("p50_c1_over_raw");
    if (latency != null) {
      text.append("p50 of one connection: %.2f x the raw line's%n".formatted(latency));
    }
    result
        .clustered()
        .leftWhenClustered()
        .forEach(
            (name, left) ->
                text.append(
                    "%s keeps %.2f of its throughput when clustered%n".formatted(name, left)));
    result
        .leftWhenGrown()
        .forEach(
            (name, left) ->
                text.append("%s keeps %.2f of its throughput when grown%n".formatted(name, left)));
    result
        .leftWhilePurging()
        .forEach(
            (name, left) ->
                text.append("%s keeps %.2f of that while purging%n".formatted(name, left)));
    if (result.purged() > 0) {
      text.append("tokens purged meanwhile: %,d%n".formatted(result.purged()));
    }
    summary
        .drift()
        .forEach(
            (name, share) ->
                text.append("drift: %s is %.2f of what it was%n".formatted(name, share)));
    text.append(overload(summary));
    text.append("a service is ready after %,d ms%n".formatted(result.startMillis()));
    text.append(checks(summary));
    if (result.clustered().rounds() > 0) {
      text.append("one bus: ").append(checks(result.clustered()));
    }
    if (result.grown().rounds() > 0) {
      text.append("grown: ").append(checks(result.grown()));
    }
    if (result.purging().rounds() > 0) {
      text.append("purging: ").append(checks(result.purging()));
    }
    return text.toString();
  }

  private static void rows(StringBuilder text, String prefix, Summary summary) {
    Map<String, Double> ratios = summary.ratios();
    summary
        .byScenario()
        .forEach((name, passes) -> text.append(row(prefix + name, ratios.get(name), passes)));
  }

  /** What came of the requests that were too many. */
  private static String overload(Summary summary) {
    StringBuilder text = new StringBuilder();
    summary.byScenario().values().stream()
        .filter(passes -> passes.get(0).scenario().overload())
        .forEach(
            passes ->
                text.append(
                    "overload: accepted p99 %.0f ms, turned away p99 %.0f ms, %s%n"
                        .formatted(
                            Summary.median(passes, pass -> pass.latency(99)),
                            Summary.median(passes, pass -> pass.refusalLatency(99)),
                            passes.get(0).answers())));
    return text.toString();
  }

  private static String row(String name, Double ratio, List<Measurement> passes) {
    return ROW.formatted(
        name,
        "%,.0f".formatted(Summary.median(passes, Measurement::perSecond)),
        ratio == null ? "" : "%.2f".formatted(ratio),
        "%.2f".formatted(Summary.median(passes, pass -> pass.latency(50))),
        "%.2f".formatted(Summary.median(passes, pass -> pass.latency(99))),
        "%.2f".formatted(Summary.median(passes, pass -> pass.latency(99.9))),
        "%.1f".formatted(Summary.median(passes, Measurement::service)),
        "%.1f".formatted(Summary.median(passes, Measurement::database)),
        "%.1f".formatted(Summary.median(passes, Measurement::generator)),
        "%.0f".formatted(Summary.median(passes, Measurement::walBytes)),
        "%.3f".formatted(Summary.median(passes, Measurement::flushes)));
  }

  private static String checks(Summary summary) {
    Effects effects = summary.effects();
    StringBuilder text = new StringBuilder();
    text.append(
        "acknowledged results %,d: missing in the database %,d, different %,d%n"
            .formatted(effects.acknowledged(), effects.missing(), effects.different()));
    text.append(
        "applied %,d, events %,d, transitions %,d%n"
            .formatted(effects.applied(), effects.events(), effects.transitions()));
    summary.unexpected().forEach(line -> text.append("WRONG ANSWERS: %s%n".formatted(line)));
    List<String> noise = summary.noise();
    text.append(
        noise.isEmpty()
            ? "quiet enough to quote%n".formatted()
            : "TOO NOISY TO QUOTE: %s%n".formatted(String.join("; ", noise)));
    return text.toString();
  }
}
