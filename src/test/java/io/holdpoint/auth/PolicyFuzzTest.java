package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The corpus, and a short search from a seed of its own; the long one is a soak test. */
class PolicyFuzzTest {
  private static final int DOCUMENTS = 4_000;

  @Test
  void theCorpusIsTakenAsItAlwaysWas() {
    PolicyFuzz fuzz = new PolicyFuzz(1);

    assertThat(PolicyFuzz.documents(PolicyFuzz.ACCEPTED))
        .hasSizeGreaterThanOrEqualTo(8)
        .allMatch(fuzz::check);
    assertThat(PolicyFuzz.documents(PolicyFuzz.REFUSED))
        .hasSizeGreaterThanOrEqualTo(15)
        .noneMatch(fuzz::check);
  }

  /** A search that only meets refusals, or none, would show nothing. */
  @Test
  void nothingButARefusalComesOutOfTheParser() {
    PolicyFuzz fuzz = new PolicyFuzz(20_260_303);

    fuzz.run(DOCUMENTS);

    assertThat(fuzz.accepted).isGreaterThan(DOCUMENTS / 5);
    assertThat(fuzz.refused).isGreaterThan(DOCUMENTS / 5);
  }
}
