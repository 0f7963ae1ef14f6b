package io.holdpoint.auth;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The two spellings of a request's time stamp, to the second. Read by hand: the JDK's formatters
 * allow more than any client sends and cost more than the signature.
 */
final class SignatureTime {
  private static final long SECONDS_OF_DAY = 86_400;
  private static final int HTTP_DATE = "Thu, 01 Jan 2026 00:00:00 GMT".length();
  private static final int ISO_TIME = "2026-01-01T00:00:00Z".length();
  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private static final DateTimeFormatter HTTP_DATE_FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter ISO_FORM =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SignatureTime() {}

  /**
   * {@code Thu, 01 Jan 2026 00:00:00 GMT}, as in the header {@code Date}.
   *
   * @throws AuthException when it is anything else
   */
  static Instant httpDate(String text) throws AuthException {
    boolean formed =
        text.length() == HTTP_DATE
            && text.startsWith(", ", 3)
            && text.charAt(7) == ' '
            && text.charAt(11) == ' '
            && text.charAt(16) == ' '
            && text.endsWith(" GMT");
    int month = formed ? MONTHS.indexOf(text.substring(8, 11)) : -1;
    if (month < 0 || month % 3 != 0) {
      throw malformed();
    }
    LocalDate date = date(digits(text, 12, 4), month / 3 + 1, digits(text, 5, 2));
    if (!text.regionMatches(0, DAYS, 3 * date.getDayOfWeek().ordinal(), 3)) {
      throw malformed();
    }
    return instant(date, text, 17);
  }

  /**
   * {@code 2026-01-01T00:00:00Z}, as in the header {@code x-acs-date}.
   *
   * @throws AuthException when it is anything else
   */
  static Instant isoTime(String text) throws AuthException {
    boolean formed =
        text.length() == ISO_TIME
            && text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(10) == 'T'
            && text.charAt(19) == 'Z';
    if (!formed) {
      throw malformed();
    }
    return instant(date(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)), text, 11);
  }

  static String httpDate(Instant time) {
    return HTTP_DATE_FORM.format(time);
  }

  static String isoTime(Instant time) {
    return ISO_FORM.format(time);
  }

  private static LocalDate date(int year, int month, int day) throws AuthException {
    try {
      return LocalDate.of(year, month, day);
    } catch (DateTimeException none) {
      throw malformed();
    }
  }

  private static Instant instant(LocalDate date, String text, int clock) throws AuthException {
    int hour = digits(text, clock, 2);
    int minute = digits(text, clock + 3, 2);
    int second = digits(text, clock + 6, 2);
    boolean exists = hour < 24 && minute < 60 && second < 60;
    if (!exists || text.charAt(clock + 2) != ':' || text.charAt(clock + 5) != ':') {
      throw malformed();
    }
    return Instant.ofEpochSecond(
        date.toEpochDay() * SECONDS_OF_DAY + hour * 3_600L + minute * 60L + second);
  }

  private static int digits(String text, int from, int count) throws AuthException {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw malformed();
      }
      number = 10 * number + digit;
    }
    return number;
  }

  private static AuthException malformed() {
    return new AuthException(AuthError.INVALID_TIMESTAMP);
  }
}
