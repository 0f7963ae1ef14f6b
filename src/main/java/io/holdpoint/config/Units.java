package io.holdpoint.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations ({@code 500ms}, {@code 2s}, {@code 15m}, {@code 24h}, {@code 7d}) and sizes ({@code
 * 512B}, {@code 64KiB}, {@code 1MiB}, {@code 1GiB}) as text, both ways. Parsing throws {@link
 * ArithmeticException} or {@link IllegalArgumentException}, whose messages are never shown.
 */
public final class Units {

  public static final String DURATIONS = "a duration such as 500ms, 2s, 15m, 24h or 7d";
  static final String SIZES = "a size such as 512B, 64KiB, 1MiB or 1GiB";

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})([A-Za-z]+)");
  private static final Map<String, Long> MILLIS = new LinkedHashMap<>();
  private static final Map<String, Long> BYTES = new LinkedHashMap<>();

  static {
    MILLIS.put("d", 86_400_000L);
    MILLIS.put("h", 3_600_000L);
    MILLIS.put("m", 60_000L);
    MILLIS.put("s", 1_000L);
    MILLIS.put("ms", 1L);
    BYTES.put("GiB", 1L << 30);
    BYTES.put("MiB", 1L << 20);
    BYTES.put("KiB", 1L << 10);
    BYTES.put("B", 1L);
  }

  private Units() {}

  public static Duration duration(String text) {
    return Duration.ofMillis(amount(text, MILLIS));
  }

  static long bytes(String text) {
    return amount(text, BYTES);
  }

  static String format(Duration duration) {
    return duration.isZero() ? "0s" : format(duration.toMillis(), MILLIS);
  }

  static String formatBytes(long bytes) {
    return bytes == 0 ? "0B" : format(bytes, BYTES);
  }

  private static long amount(String text, Map<String, Long> units) {
    Matcher matcher = AMOUNT.matcher(text);
    if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
      throw new IllegalArgumentException("no amount with a unit");
    }
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), units.get(matcher.group(2)));
  }

  private static String format(long amount, Map<String, Long> units) {
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (amount % unit.getValue() == 0) {
        return amount / unit.getValue() + unit.getKey();
      }
    }
    throw new IllegalStateException("the smallest unit divides every amount");
  }
}
