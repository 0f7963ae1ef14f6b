package io.holdpoint.task;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in the audit trail, as a text that callers hand back and need not read. */
public record AuditCursor(Instant at, UUID recordId) {
  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,16})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  public String text() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at) + "-" + recordId;
  }

  /**
   * @throws IllegalArgumentException when it is no text of {@link #text}
   */
  public static AuditCursor parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no cursor");
    }
    return new AuditCursor(
        Instant.EPOCH.plus(Long.parseLong(matcher.group(1)), ChronoUnit.MICROS),
        UUID.fromString(matcher.group(2)));
  }
}
