package io.holdpoint.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditRecordTest {

  @Test
  void whateverCameCanBeStoredAndShown() {
    AuditRecord record = of("k\0" + "x".repeat(500), "a\r\nb\ud800\u0085", "r".repeat(10_000));

    assertThat(record.keyId()).hasSize(64).startsWith("k?x");
    assertThat(record.action()).isEqualTo("a??b??");
    assertThat(record.resource()).hasSize(512);
  }

  @Test
  void whatIsCleanStaysAsItIs() {
    AuditRecord record = of("HPKEY", "elasticsearch:InterruptLogstashTask", "\u6c49\u8bed");

    assertThat(record.keyId()).isEqualTo("HPKEY");
    assertThat(record.resource()).isEqualTo("\u6c49\u8bed");
    assertThat(record.at()).isEqualTo("2026-01-01T00:00:00.123456Z");
  }

  @Test
  void aCursorIsReadBack() {
    AuditCursor cursor = of("k", "a", "r").cursor();

    assertThat(AuditCursor.parse(cursor.text())).isEqualTo(cursor);
    assertThat(cursor.text()).matches("[0-9]+-[0-9a-f-]{36}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "-1-00000000-0000-0000-0000-000000000000",
        "1-00000000-0000-0000-0000-00000000000",
        "12345678901234567-00000000-0000-0000-0000-000000000000",
        "1-00000000-0000-0000-0000-000000000000 "
      })
  void aTextOfAnotherFormIsNoCursor(String text) {
    assertThatThrownBy(() -> AuditCursor.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static AuditRecord of(String keyId, String action, String resource) {
    return new AuditRecord(
        UUID.randomUUID(),
        "default",
        Instant.parse("2026-01-01T00:00:00.123456789Z"),
        UUID.randomUUID(),
        keyId,
        "deploy",
        action,
        true,
        resource,
        null,
        "10.0.0.1",
        AuditDecision.ALLOWED,
        null);
  }
}
