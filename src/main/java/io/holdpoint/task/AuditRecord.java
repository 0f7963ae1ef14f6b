package io.holdpoint.task;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about one call. Much of it is what an unknown caller sent, so each text is cut
 * to a bound and holds no control characters: whatever comes, a record can be stored and shown.
 *
 * @param recordId makes it one record however often it is written
 * @param accountId {@link #NO_ACCOUNT} when the caller's key is unknown
 * @param at when it was decided; in microseconds, as the database keeps it
 * @param keyId as the call named it; null when it named none
 * @param principal who called, as the events name them
 * @param action as {@code elasticsearch:InterruptLogstashTask}
 * @param changing whether the action can change anything
 * @param resource what it was to be done to, where one was named
 * @param source the caller's address
 * @param code the error code of the answer, when it was refused
 */
public record AuditRecord(
    UUID recordId,
    String accountId,
    Instant at,
    UUID requestId,
    @Nullable String keyId,
    String principal,
    String action,
    boolean changing,
    @Nullable String resource,
    @Nullable String instanceId,
    String source,
    AuditDecision decision,
    @Nullable String code) {
  /** Where records stand that belong to no account; no account has this name. */
  public static final String NO_ACCOUNT = "-";

  private static final int SHORT = 64;
  private static final int MEDIUM = 128;
  private static final int LONG = 512;

  public AuditRecord {
    at = at.truncatedTo(ChronoUnit.MICROS);
    keyId = keyId == null ? null : clean(keyId, SHORT);
    principal = clean(principal, MEDIUM);
    action = clean(action, MEDIUM);
    resource = resource == null ? null : clean(resource, LONG);
    instanceId = instanceId == null ? null : clean(instanceId, SHORT);
    source = clean(source, MEDIUM);
    code = code == null ? null : clean(code, SHORT);
  }

  private static String clean(String text, int longest) {
    String cut = text.length() > longest ? text.substring(0, longest) : text;
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        return replaced(cut);
      }
    }
    return cut;
  }

  private static String replaced(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      clean.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return clean.toString();
  }

  /** Whether it stands for the one kind of call that may be missing in the trail first. */
  public boolean allowedRead() {
    return decision == AuditDecision.ALLOWED && !changing;
  }

  public AuditCursor cursor() {
    return new AuditCursor(at, recordId);
  }
}
