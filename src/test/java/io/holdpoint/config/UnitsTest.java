package io.holdpoint.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({"500ms, 500, 500ms", "2s, 2000, 2s", "60s, 60000, 1m", "7d, 604800000, 7d"})
  void duration(String text, long millis, String shown) {
    assertEquals(Duration.ofMillis(millis), Units.duration(text));
    assertEquals(shown, Units.format(Duration.ofMillis(millis)));
  }

  @ParameterizedTest
  @CsvSource({"512B, 512, 512B", "64KiB, 65536, 64KiB", "1024KiB, 1048576, 1MiB"})
  void size(String text, long bytes, String shown) {
    assertEquals(bytes, Units.bytes(text));
    assertEquals(shown, Units.formatBytes(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "1 s", "1S", "999999999999999999d"})
  void noDuration(String text) {
    assertThrows(RuntimeException.class, () -> Units.duration(text));
  }
}
