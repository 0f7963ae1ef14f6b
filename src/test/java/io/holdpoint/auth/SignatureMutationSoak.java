package io.holdpoint.auth;

import io.holdpoint.soak.Soak;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** {@link SignatureMutationTest} over a million changed requests, from another seed each time. */
class SignatureMutationSoak {
  private static final int REQUESTS = 100_000;

  @Test
  void whateverIsAcceptedMeansWhatWasSigned(TestReporter reporter) {
    long seed = Soak.seed();
    reporter.publishEntry("seed", Long.toString(seed));
    MutationRun run = new MutationRun(seed);

    run.run(Soak.rounds(REQUESTS));

    reporter.publishEntry("refused", run.refused.toString());
    reporter.publishEntry("equivalent", run.equivalent.toString());
  }
}
