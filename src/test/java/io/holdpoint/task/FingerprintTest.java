package io.holdpoint.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  @Test
  void sameIntentHasTheSameFingerprint() {
    assertThat(Fingerprint.of(Operation.INTERRUPT, "ls-1", "now"))
        .isEqualTo(Fingerprint.of(Operation.INTERRUPT, "ls-1", "now"))
        .hasSize(Fingerprint.BYTES);
  }

  @Test
  void everyPartCountsAndNoTwoListsRunTogether() {
    Set<String> different =
        Stream.of(
                Fingerprint.of(Operation.INTERRUPT, "ls-1", "now"),
                Fingerprint.of(Operation.RESUME, "ls-1", "now"),
                Fingerprint.of(Operation.INTERRUPT, "ls-2", "now"),
                Fingerprint.of(Operation.INTERRUPT, "ls-1", "safe-point"),
                Fingerprint.of(Operation.INTERRUPT, "ls-1"),
                Fingerprint.of(Operation.INTERRUPT, "ls-1", "n", "ow"),
                Fingerprint.of(Operation.INTERRUPT, "ls-1now"),
                Fingerprint.of(Operation.INTERRUPT, "ls-1", "now", ""))
            .map(HexFormat.of()::formatHex)
            .collect(Collectors.toSet());
    assertThat(different).hasSize(8);
  }

  @Test
  void internalTokenCannotBeSentByAClientAndFitsTheColumn() {
    String token = Ticket.internalToken(new UUID(1, 2));
    assertThat(token).startsWith(" ").hasSizeLessThanOrEqualTo(64);
  }
}
