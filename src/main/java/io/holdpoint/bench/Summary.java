package io.holdpoint.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** Rounds of passes, as medians and as ratios of passes of the same round. */
final class Summary {
  /** So many processors of somebody else's work move figures by more than they differ. */
  private static final double NOISE = 0.3;

  /** A ratio that varies so much between rounds says little. */
  private static final double SPREAD = 0.35;

  /** Fewer say nothing about a drift. */
  private static final int DRIFT_ROUNDS = 8;

  private static final String MAIN = "interrupt_c256_unsigned";

  private final List<List<Measurement>> rounds;

  Summary(List<List<Measurement>> rounds) {
    this.rounds = List.copyOf(rounds);
  }

  int rounds() {
    return rounds.size();
  }

  /** All passes of a scenario, by its name, in the order of the first round. */
  Map<String, List<Measurement>> byScenario() {
    Map<String, List<Measurement>> all = new LinkedHashMap<>();
    rounds.forEach(
        round ->
            round.forEach(
                pass ->
                    all.computeIfAbsent(pass.scenario().name(), first -> new ArrayList<>())
                        .add(pass)));
    return all;
  }

  static double median(List<Measurement> passes, ToDoubleFunction<Measurement> figure) {
    return median(passes.stream().mapToDouble(figure).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : sorted.length == 0 ? Double.NaN : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The latencies of all passes of a scenario together. */
  static Histogram latencies(List<Measurement> passes) {
    Histogram all = new Histogram(passes.get(0).latencies());
    all.reset();
    passes.forEach(pass -> all.add(pass.latencies()));
    return all;
  }

  /**
   * Each scenario's throughput against the best raw line of the same round, the median over rounds;
   * and {@code p50_c1_over_raw}.
   */
  Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    byScenario()
        .forEach(
            (name, passes) -> {
              Scenario scenario = passes.get(0).scenario();
              if (!scenario.raw() && scenario.ratePerSecond() == 0) {
                ratios.put(name, median(perRound(name)));
              }
            });
    ratios.put("p50_c1_over_raw", median(latencyRatios()));
    ratios.values().removeIf(ratio -> ratio.isNaN());
    return ratios;
  }

  private double[] perRound(String name) {
    return ratios(name, Summary::bestRaw);
  }

  /** Of the throughput, in each round that has both. */
  private double[] ratios(
      String name, Function<List<Measurement>, Optional<Measurement>> reference) {
    return rounds.stream()
        .filter(round -> reference.apply(round).isPresent() && named(round, name).isPresent())
        .mapToDouble(
            round ->
                named(round, name).orElseThrow().perSecond()
                    / reference.apply(round).orElseThrow().perSecond())
        .toArray();
  }

  private double[] latencyRatios() {
    String service = "interrupt_c1_unsigned";
    String raw = "raw_c1";
    return rounds.stream()
        .filter(round -> named(round, raw).isPresent() && named(round, service).isPresent())
        .mapToDouble(
            round ->
                named(round, service).orElseThrow().latency(50)
                    / named(round, raw).orElseThrow().latency(50))
        .toArray();
  }

  private static Optional<Measurement> named(List<Measurement> round, String name) {
    return round.stream().filter(pass -> pass.scenario().name().equals(name)).findFirst();
  }

  private static Optional<Measurement> bestRaw(List<Measurement> round) {
    return round.stream()
        .filter(pass -> pass.scenario().raw())
        .max(Comparator.comparingDouble(Measurement::perSecond));
  }

  /**
   * What the last quarter of the rounds had of the first quarter's throughput, p99 and resident
   * memory, the medians of each; by scenario and figure. None with fewer than {@value
   * #DRIFT_ROUNDS} rounds.
   */
  Map<String, Double> drift() {
    Map<String, Double> drift = new LinkedHashMap<>();
    if (rounds.size() < DRIFT_ROUNDS) {
      return drift;
    }
    int quarter = rounds.size() / 4;
    byScenario()
        .forEach(
            (name, passes) -> {
              List<Measurement> first = passes.subList(0, quarter);
              List<Measurement> last = passes.subList(passes.size() - quarter, passes.size());
              drift.put(name + "_perSecond", share(first, last, Measurement::perSecond));
              drift.put(name + "_p99", share(first, last, pass -> pass.latency(99)));
              if (!passes.get(0).scenario().raw()) {
                drift.put(name + "_memory", share(first, last, Measurement::resident));
              }
            });
    return drift;
  }

  private static double share(
      List<Measurement> first, List<Measurement> last, ToDoubleFunction<Measurement> figure) {
    return median(last, figure) / median(first, figure);
  }

  /**
   * How much of the throughput of so many nodes is left when their event buses are one, the median
   * over rounds; by the name without a cluster.
   */
  Map<String, Double> leftWhenClustered() {
    Map<String, Double> left = new LinkedHashMap<>();
    byScenario()
        .forEach(
            (name, passes) -> {
              Scenario scenario = passes.get(0).scenario();
              if (scenario.clustered()) {
                String without = scenario.unclustered().name();
                left.put(without, median(ratios(name, round -> named(round, without))));
              }
            });
    left.values().removeIf(ratio -> ratio.isNaN());
    return left;
  }

  /** Everything that was acknowledged in all passes, against the database. */
  Effects effects() {
    return rounds.stream()
        .flatMap(List::stream)
        .map(Measurement::effects)
        .reduce(Effects.NONE, Effects::plus);
  }

  /** Passes in which some request got another answer than it must. */
  List<String> unexpected() {
    return rounds.stream()
        .flatMap(List::stream)
        .filter(pass -> !pass.expected())
        .map(pass -> pass.scenario().name() + " got " + pass.answers())
        .toList();
  }

  /** Why the figures should not be quoted; none when they may be. */
  List<String> noise() {
    List<String> reasons = new ArrayList<>();
    double others =
        median(rounds.stream().flatMap(List::stream).mapToDouble(Measurement::others).toArray());
    if (others > NOISE) {
      reasons.add("others kept %.1f processors busy".formatted(others));
    }
    rounds.stream()
        .flatMap(List::stream)
        .filter(Measurement::fellApart)
        .map(
            pass ->
                "%s was no cluster in the end: a node saw %d members"
                    .formatted(pass.scenario().name(), pass.members()))
        .forEach(reasons::add);
    double[] ratios = perRound(MAIN);
    if (ratios.length > 0) {
      double low = Arrays.stream(ratios).min().orElseThrow();
      double high = Arrays.stream(ratios).max().orElseThrow();
      if (high - low > SPREAD * median(ratios)) {
        reasons.add("the main ratio varied from %.2f to %.2f".formatted(low, high));
      }
    }
    return reasons;
  }
}
