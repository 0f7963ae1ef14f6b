package io.holdpoint.bench;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How much a run does.
 *
 * @param scenarios in the order of a round; clustered ones have rounds of their own, fewer nodes
 *     first, in which they take turns with the same without a cluster
 * @param rounds each runs every scenario once
 * @param millis window of a pass
 * @param warmUpMillis time under load before the first round, for each service
 * @param instances that are there before the first pass
 * @param tokens that are there before the first pass
 * @param grownInstances how many there are after the rounds, for further rounds; 0 for none
 * @param grownTokens how many further tokens there are then
 */
public record BenchPlan(
    List<Scenario> scenarios,
    int rounds,
    int millis,
    int warmUpMillis,
    int instances,
    long tokens,
    int grownInstances,
    long grownTokens) {
  private static final int QUICK_INSTANCES = 500_000;
  private static final int INSTANCES = 1_000_000;

  /** Under ten minutes on two processors. */
  public static BenchPlan quick() {
    return new BenchPlan(Scenario.quick(), 3, 2_500, 12_000, QUICK_INSTANCES, 0, 0, 0);
  }

  public static BenchPlan full() {
    return new BenchPlan(Scenario.full(), 5, 4_000, 15_000, INSTANCES, 0, 5_000_000, 10_000_000);
  }

  List<Scenario> unclustered() {
    return scenarios.stream().filter(scenario -> !scenario.clustered()).toList();
  }

  /** With fewer nodes first. */
  List<Scenario> clustered() {
    return scenarios.stream()
        .filter(Scenario::clustered)
        .sorted(Comparator.comparingInt(Scenario::nodes))
        .toList();
  }

  /** Only the scenarios whose name matches, in their order. */
  public BenchPlan only(Pattern names) {
    List<Scenario> left =
        scenarios.stream().filter(scenario -> names.matcher(scenario.name()).find()).toList();
    return new BenchPlan(
        left, rounds, millis, warmUpMillis, instances, tokens, grownInstances, grownTokens);
  }

  /** The same with other figures; 0 leaves one as it is. */
  public BenchPlan with(int rounds, int millis, int instances, long tokens) {
    return new BenchPlan(
        scenarios,
        rounds > 0 ? rounds : this.rounds,
        millis > 0 ? millis : this.millis,
        Math.min(warmUpMillis, 4 * (millis > 0 ? millis : this.millis)),
        instances > 0 ? instances : this.instances,
        tokens > 0 ? tokens : this.tokens,
        grownInstances,
        grownTokens);
  }

  /** The same, measured once more when the data has grown to this. */
  public BenchPlan grownTo(int moreInstances, long moreTokens) {
    return new BenchPlan(
        scenarios,
        rounds,
        millis,
        warmUpMillis,
        instances,
        tokens,
        moreInstances > 0 ? moreInstances : grownInstances,
        moreTokens > 0 ? moreTokens : grownTokens);
  }
}
