package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiptTest {
  @ParameterizedTest
  @CsvSource({
    "200, TAKEN",
    "204, TAKEN",
    "299, TAKEN",
    "199, FAILED",
    "300, FAILED",
    "302, FAILED",
    "400, FAILED",
    "409, FAILED",
    "410, GONE",
    "429, FAILED",
    "500, FAILED"
  })
  void theStatusDecides(int status, Receipt.Kind kind) {
    assertThat(Receipt.answered(status, "").kind()).isEqualTo(kind);
  }

  @Test
  void anErrorIsOneLineOfPlainText() {
    Receipt receipt =
        Receipt.answered(500, "\r\nlevel=fatal\n\u001b[31m\u2028\u202enew\u0000 line");

    assertThat(receipt.error()).isEqualTo("answered 500: level=fatal [31m new line");
  }

  @Test
  void anErrorIsShort() {
    assertThat(Receipt.failed("x".repeat(1_000)).error()).hasSize(Receipt.LONGEST_ERROR);
  }

  /** A receiver may repeat the URL, with the secret in it. */
  @Test
  void theSummaryHasNothingFromOutside() {
    Receipt answered = Receipt.answered(404, "Cannot POST /hush");
    Receipt failed = Receipt.failed(new IllegalStateException("no way to /hush"));

    assertThat(answered.error()).isEqualTo("answered 404: Cannot POST /hush");
    assertThat(answered.summary()).isEqualTo("answered 404");
    assertThat(failed.error()).isEqualTo("no way to /hush");
    assertThat(failed.summary()).isEqualTo("IllegalStateException");
  }

  @Test
  void aRedirectSaysThatItIsNotFollowed() {
    assertThat(Receipt.answered(307, "text").error())
        .isEqualTo("answered 307; redirects are not followed");
  }
}
