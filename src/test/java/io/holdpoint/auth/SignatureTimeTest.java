package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTimeTest {
  private static final Instant START = Instant.parse("2026-01-01T23:59:59Z");

  @Test
  void readsWhatItWritesOnEveryDayOfFourYears() throws AuthException {
    for (int day = 0; day < 4 * 365 + 1; day++) {
      Instant time = START.plus(Duration.ofDays(day)).minusSeconds(61L * day);

      assertThat(SignatureTime.httpDate(SignatureTime.httpDate(time))).isEqualTo(time);
      assertThat(SignatureTime.isoTime(SignatureTime.isoTime(time))).isEqualTo(time);
    }
  }

  @Test
  void readsWhatClientsSend() throws AuthException {
    assertThat(SignatureTime.httpDate("Sun, 22 Nov 2026 23:31:17 GMT"))
        .isEqualTo("2026-11-22T23:31:17Z");
    assertThat(SignatureTime.isoTime("2026-11-22T23:31:50Z")).isEqualTo("2026-11-22T23:31:50Z");
    assertThat(SignatureTime.httpDate("Thu, 29 Feb 2024 00:00:00 GMT"))
        .isEqualTo("2024-02-29T00:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 22 Nov 2026 23:31:17",
        "Sun, 22 Nov 2026 23:31:17 UTC",
        "Sun, 22 Nov 2026 23:31:17 GMT ",
        "Mon, 22 Nov 2026 23:31:17 GMT",
        "Sun, 22 nov 2026 23:31:17 GMT",
        "Sun, 22 anF 2026 23:31:17 GMT",
        "Sun, 2 Nov 2026 23:31:17 +GMT",
        "Sun, 31 Nov 2026 23:31:17 GMT",
        "Thu, 29 Feb 2026 23:31:17 GMT",
        "Sun, 22 Nov 2026 24:00:00 GMT",
        "Sun, 22 Nov 2026 23:60:17 GMT",
        "Sun, 22 Nov 2026 23:31:60 GMT",
        "Sun, 22 Nov 2026 23-31:17 GMT",
        "Sun, 22 Nov 2026 23:31-17 GMT",
        "Sun, 22 Nov +026 23:31:17 GMT",
        "Sun,022 Nov 2026 23:31:17 GMT",
        "Sun, 22-Nov-2026 23:31:17 GMT",
        "Sun, 22 Nov 2026T23:31:17 GMT",
        "Sun, \u0662\u0662 Nov 2026 23:31:17 GMT",
        "2026-11-22T23:31:17Z",
        "",
      })
  void refusesAnyOtherDate(String text) {
    assertThat(
            catchThrowableOfType(AuthException.class, () -> SignatureTime.httpDate(text)).error())
        .isEqualTo(AuthError.INVALID_TIMESTAMP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22T23:31:17",
        "2026-11-22T23:31:17.0Z",
        "2026-11-22T23:31:17+00",
        "2026-11-22 23:31:17Z",
        "2026-11-22t23:31:17Z",
        "2026-11-22T23:31:17z",
        "2026/11/22T23:31:17Z",
        "2026-11/22T23:31:17Z",
        "2026-13-22T23:31:17Z",
        "2026-00-22T23:31:17Z",
        "2026-11-31T23:31:17Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T23:60:00Z",
        "2026-11-22T23:31:60Z",
        "+026-11-22T23:31:17Z",
        "Sun, 22 Nov 2026 23:31:17 GMT",
        "",
      })
  void refusesAnyOtherTime(String text) {
    assertThat(catchThrowableOfType(AuthException.class, () -> SignatureTime.isoTime(text)).error())
        .isEqualTo(AuthError.INVALID_TIMESTAMP);
  }
}
