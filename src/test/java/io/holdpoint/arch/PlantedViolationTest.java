package io.holdpoint.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every rule goes red on the classes planted for it: it names each {@code Culprit} and no {@code
 * Innocent}. A rule without planted classes fails here.
 */
class PlantedViolationTest {
  private static final Map<ArchitectureRule, String> FINDINGS = new ConcurrentHashMap<>();

  @ParameterizedTest
  @EnumSource(ArchitectureRule.class)
  void theRuleNamesTheCulpritAndNobodyElse(ArchitectureRule rule) {
    String findings = findings(rule);

    assertThat(findings).contains("Culprit").doesNotContain("Innocent", "SystemClock");
  }

  @ParameterizedTest
  @MethodSource("restrictedRooms")
  void everyRowOfTheRoomTableCanBeBroken(Room room) {
    ArchitectureRule rule = ArchitectureRule.A_ROOM_USES_ONLY_WHAT_ITS_ROW_ALLOWS;

    assertThat(findings(rule)).contains("Field <" + room.in(root(rule)) + ".Culprit.forbidden>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.time.Instant.now()",
        "java.time.LocalDate.now(java.time.ZoneId)",
        "java.lang.System.currentTimeMillis()",
        "java.util.Date.<init>()",
        "java.time.Clock.systemUTC()"
      })
  void everyWayToReadTheTimeOfDayIsSeen(String call) {
    assertThat(findings(ArchitectureRule.TIME_IS_INJECTED)).contains("<" + call + ">");
  }

  @Test
  void aSubpackageIsNoRoom() {
    assertThat(findings(ArchitectureRule.EVERY_CLASS_HAS_A_ROOM)).contains("DeepCulprit");
  }

  private static Stream<Room> restrictedRooms() {
    return Stream.of(Room.values()).filter(Room::isRestricted);
  }

  private static String findings(ArchitectureRule rule) {
    return FINDINGS.computeIfAbsent(rule, PlantedViolationTest::evaluate);
  }

  private static String evaluate(ArchitectureRule rule) {
    JavaClasses planted = new ClassFileImporter().importPackages(root(rule));
    return String.join(
        "\n", rule.under(root(rule)).evaluate(planted).getFailureReport().getDetails());
  }

  private static String root(ArchitectureRule rule) {
    return "io.holdpoint.arch.planted." + rule.plantedPackage();
  }
}
