package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.api.InFlight.Place;
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

  private Place enter(boolean interrupt) {
    Place place = inFlight.enter(interrupt);
    assertThat(place).isNotNull();
    return place;
  }
}
