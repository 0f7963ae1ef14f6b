package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.api.InFlight.Place;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private static final int COMMON = 2;
  private static final int RESERVE = 1;
  private static final long BODIES = 800;

  private final InFlight inFlight = new InFlight(COMMON, RESERVE, BODIES);

  @Test
  void theCommonShareIsBoundedAndAPlaceThatIsLeftIsFreeAgain() {
    Place first = enter(false);
    enter(false);
    assertThat(inFlight.enter(false)).isNull();
    assertThat(inFlight.requests()).isEqualTo(2);

    first.leave();

    assertThat(inFlight.requests()).isEqualTo(1);
    assertThat(inFlight.enter(false)).isNotNull();
  }

  @Test
  void interruptsAreShedLast() {
    enter(false);
    enter(false);

    Place reserved = enter(true);

    assertThat(inFlight.enter(true)).isNull();
    reserved.leave();
    assertThat(inFlight.enter(false)).isNull();
    assertThat(inFlight.enter(true)).isNotNull();
  }

  @Test
  void interruptsTakeTheCommonShareFirst() {
    enter(true);
    enter(true);

    assertThat(inFlight.enter(false)).isNull();
    assertThat(inFlight.enter(true)).isNotNull();
  }

  @Test
  void leavingTwiceCountsOnce() {
    Place place = enter(false);
    enter(false);

    place.leave();
    place.leave();

    assertThat(inFlight.requests()).isEqualTo(1);
    assertThat(inFlight.bodyBytes()).isZero();
  }

  @Test
  void bodiesAreBoundedTogetherWithAnEighthMoreForInterrupts() {
    assertThat(enter(false).holdsBody(BODIES)).isTrue();

    assertThat(enter(false).holdsBody(1)).isFalse();
    Place interrupt = enter(true);
    assertThat(interrupt.holdsBody(101)).isFalse();
    assertThat(interrupt.holdsBody(100)).isTrue();
    assertThat(inFlight.bodyBytes()).isEqualTo(900);
  }

  @Test
  void aGrowingBodyTakesOnlyWhatIsNew() {
    Place place = enter(false);

    assertThat(place.holdsBody(300)).isTrue();
    assertThat(place.holdsBody(800)).isTrue();
    assertThat(place.holdsBody(500)).isTrue();
    assertThat(inFlight.bodyBytes()).isEqualTo(800);
    assertThat(place.holdsBody(801)).isFalse();
    assertThat(inFlight.bodyBytes()).isEqualTo(800);

    place.leave();

    assertThat(inFlight.bodyBytes()).isZero();
  }

  @Test
  void aPlaceThatWasLeftHoldsNoBody() {
    Place place = enter(false);
    place.leave();

    assertThat(place.holdsBody(1)).isFalse();
    assertThat(inFlight.bodyBytes()).isZero();
  }

  @Test
  void interruptsDisplaceTheOldestBodyOnItsWay() {
    List<String> displaced = new ArrayList<>();
    Place arrived = enter(false);
    arrived.awaitsBody(() -> displaced.add("arrived"));
    arrived.hasBody();
    enter(false).awaitsBody(() -> displaced.add("older"));
    enter(true).awaitsBody(() -> displaced.add("newer"));

    assertThat(inFlight.enter(false)).isNull();
    assertThat(displaced).isEmpty();
    enter(true);
    assertThat(displaced).containsExactly("older");
    enter(true);
    assertThat(displaced).containsExactly("older", "newer");

    assertThat(inFlight.enter(true)).isNull();
    assertThat(inFlight.requests()).isEqualTo(COMMON + RESERVE);
  }

  @Test
  void interruptsDisplaceBodiesOnTheirWayToHoldTheirOwn() {
    List<String> displaced = new ArrayList<>();
    Place slow = enter(false);
    slow.awaitsBody(() -> displaced.add("slow"));
    assertThat(slow.holdsBody(BODIES)).isTrue();
    Place interrupt = enter(true);
    interrupt.awaitsBody(() -> displaced.add("interrupt"));

    assertThat(enter(true).holdsBody(0)).isTrue();
    assertThat(interrupt.holdsBody(101)).isTrue();

    assertThat(displaced).containsExactly("slow");
    assertThat(inFlight.bodyBytes()).isEqualTo(101);
    assertThat(slow.holdsBody(1)).isFalse();
    assertThat(interrupt.holdsBody(901)).isFalse();
    assertThat(displaced).containsExactly("slow");
  }

  @Test
  void whoLeavesIsNotDisplaced() {
    List<String> displaced = new ArrayList<>();
    Place gone = enter(false);
    gone.awaitsBody(() -> displaced.add("gone"));
    gone.leave();
    gone.awaitsBody(() -> displaced.add("gone"));
    enter(false);
    enter(false);
    enter(true);

    assertThat(inFlight.enter(true)).isNull();
    assertThat(displaced).isEmpty();
  }

  private Place enter(boolean interrupt) {
    Place place = inFlight.enter(interrupt);
    assertThat(place).isNotNull();
    return place;
  }
}
