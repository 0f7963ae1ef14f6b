package io.holdpoint.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.bench.Mix.Kind;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixTest {
  @Test
  void ofTenSixInterruptTwoResumeOneRepeatsAndOneNamesNone() {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    for (int i = 10_000; i < 11_000; i++) {
      counts.merge(Mix.MIXED.kind(i), 1, Integer::sum);
    }

    assertThat(counts)
        .containsEntry(Kind.INTERRUPT, 600)
        .containsEntry(Kind.RESUME, 200)
        .containsEntry(Kind.REPLAY, 100)
        .containsEntry(Kind.UNKNOWN, 100);
  }

  @Test
  void whatIsResumedOrRepeatedWasInterruptedEarlier() {
    for (int i = 0; i < 20_000; i++) {
      Kind kind = Mix.MIXED.kind(i);
      if (kind == Kind.RESUME || kind == Kind.REPLAY) {
        int subject = Mix.subject(i);
        assertThat(subject).isBetween(0, i - 1_000);
        assertThat(Mix.MIXED.kind(subject)).isEqualTo(Kind.INTERRUPT);
      }
    }
  }
}
