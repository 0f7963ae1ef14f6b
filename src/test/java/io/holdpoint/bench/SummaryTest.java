package io.holdpoint.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final Scenario RAW_1 = Scenario.raw(1);
  private static final Scenario RAW_16 = Scenario.raw(16);
  private static final Scenario ONE = Scenario.closed(null, Mix.INTERRUPT, 1);
  private static final Scenario MANY = Scenario.closed(null, Mix.INTERRUPT, 256);

  @Test
  void aRatioIsOfPassesOfOneRoundAgainstItsBestRawLine() {
    Summary summary =
        new Summary(List.of(round(100, 200, 600), round(50, 400, 1_400), round(300, 100, 900)));

    // 600 / 200, 1400 / 400, 900 / 300
    assertThat(summary.ratios()).containsEntry("interrupt_c256_unsigned", 3.0);
    assertThat(summary.ratios().get("p50_c1_over_raw")).isCloseTo(1.5, within(0.01));
    assertThat(summary.noise()).isEmpty();
  }

  @Test
  void aClusterIsComparedWithAsManyNodesWithoutOneInTheSameRound() {
    Scenario two = Scenario.clustered(256, 2);
    Scenario three = Scenario.clustered(256, 3);
    Summary summary =
        new Summary(
            List.of(
                List.of(Measurements.of(two.unclustered(), 100, 10), Measurements.of(two, 80, 10)),
                List.of(Measurements.of(two.unclustered(), 300, 10), Measurements.of(two, 150, 10)),
                List.of(Measurements.of(two.unclustered(), 200, 10), Measurements.of(two, 120, 10)),
                List.of(
                    Measurements.of(three.unclustered(), 50, 10), Measurements.of(three, 10, 10))));

    // 80 / 100, 150 / 300, 120 / 200; the rounds of three nodes have no say in it
    assertThat(summary.leftWhenClustered())
        .containsExactly(
            Map.entry("interrupt_c256_unsigned_nodes2", 0.6),
            Map.entry("interrupt_c256_unsigned_nodes3", 0.2));
    assertThat(summary.byScenario().keySet()).contains("interrupt_c256_unsigned_nodes2_clustered");
    assertThat(summary.noise()).isEmpty();
  }

  @Test
  void aClusterThatFellApartMeanwhileIsTold() {
    Scenario three = Scenario.clustered(256, 3);
    Measurement apart = Measurements.of(three, 10, 10, 2, 0, Map.of("true", 10L));
    Summary summary = new Summary(List.of(List.of(Measurements.of(three, 10, 10), apart)));

    assertThat(summary.noise())
        .containsExactly(
            "interrupt_c256_unsigned_nodes3_clustered was no cluster in the end: a node saw 2"
                + " members");
  }

  @Test
  void whatWasNotMeasuredHasNoRatio() {
    Summary summary = new Summary(List.of(List.of(Measurements.of(MANY, 10, 10))));

    assertThat(summary.ratios()).isEmpty();
  }

  @Test
  void aRunIsTooNoisyWhenOthersWorkOrItsRatiosVary() {
    Summary busy =
        new Summary(List.of(List.of(Measurements.of(MANY, 10, 10, 0.9, Map.of("true", 10L)))));
    Summary varied = new Summary(List.of(round(1, 100, 200), round(1, 100, 400)));

    assertThat(busy.noise()).containsExactly("others kept 0.9 processors busy");
    assertThat(varied.noise()).containsExactly("the main ratio varied from 2.00 to 4.00");
  }

  @Test
  void driftIsTheLastQuarterOfTheRoundsAgainstTheFirst() {
    List<List<Measurement>> rounds = new ArrayList<>();
    for (int perSecond : new int[] {90, 100, 110, 1, 2, 3, 4, 5, 6, 60, 70, 80}) {
      rounds.add(List.of(Measurements.of(MANY, perSecond, 2_000_000 / perSecond)));
    }

    Map<String, Double> drift = new Summary(rounds).drift();

    assertThat(drift.get("interrupt_c256_unsigned_perSecond")).isEqualTo(0.7);
    assertThat(drift.get("interrupt_c256_unsigned_p99")).isCloseTo(1 / 0.7, within(0.01));
    assertThat(drift).containsEntry("interrupt_c256_unsigned_memory", 1.0);
    assertThat(new Summary(rounds.subList(0, 7)).drift()).isEmpty();
  }

  @Test
  void anAnswerThatARequestMustNotGetIsTold() {
    Map<String, Long> answers = Map.of("true", 9L, "ServiceUnavailable", 1L);
    Scenario unknown = Scenario.closed(null, Mix.UNKNOWN, 4);
    Summary summary =
        new Summary(
            List.of(
                List.of(
                    Measurements.of(MANY, 10, 10, 0, answers),
                    Measurements.of(unknown, 10, 10, 0, Map.of("InstanceNotFound", 10L)))));

    assertThat(summary.unexpected())
        .singleElement()
        .asString()
        .startsWith("interrupt_c256_unsigned got {")
        .contains("ServiceUnavailable=1");
  }

  @Test
  void everyKindOfDifferenceToTheDatabaseIsFound() {
    assertThat(new Effects(5, 0, 0, 5, 5, 5).hold()).isTrue();
    assertThat(new Effects(5, 1, 0, 5, 5, 5).hold()).isFalse();
    assertThat(new Effects(5, 0, 1, 5, 5, 5).hold()).isFalse();
    assertThat(new Effects(5, 0, 0, 5, 4, 5).hold()).isFalse();
    assertThat(new Effects(5, 0, 0, 5, 5, 6).hold()).isFalse();
  }

  private static List<Measurement> round(double raw1, double raw16, double many) {
    return List.of(
        Measurements.of(RAW_1, raw1, 1_000),
        Measurements.of(RAW_16, raw16, 5_000),
        Measurements.of(ONE, raw1, 1_500),
        Measurements.of(MANY, many, 20_000));
  }
}
