package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The long search over policy documents, from a new seed each time; a failure shows it. */
class PolicyFuzzSoak {
  private static final int DOCUMENTS = 1_000_000;

  @Test
  void nothingButARefusalComesOutOfTheParser(TestReporter reporter) {
    long seed = Long.getLong("holdpoint.soak.seed", System.nanoTime());
    double factor = Double.parseDouble(System.getProperty("holdpoint.soak.factor", "1"));
    reporter.publishEntry("seed", Long.toString(seed));
    PolicyFuzz fuzz = new PolicyFuzz(seed);

    fuzz.run((int) Math.ceil(DOCUMENTS * factor));

    reporter.publishEntry("accepted", Integer.toString(fuzz.accepted));
    reporter.publishEntry("refused", Integer.toString(fuzz.refused));
    assertThat(fuzz.accepted).isPositive();
    assertThat(fuzz.refused).isPositive();
  }
}
