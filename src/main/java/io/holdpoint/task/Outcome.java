package io.holdpoint.task;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a command did, as a value.
 *
 * @param result the {@code Result} member as JSON text; null when the answer is an error
 * @param originalRequestId the request that had the effect, when this one only repeats it
 * @param subject the name that a refusal is about, where there is one
 */
public record Outcome(
    Kind kind,
    @Nullable String result,
    @Nullable UUID taskId,
    long epoch,
    @Nullable UUID originalRequestId,
    @Nullable Refusal refusal,
    @Nullable String subject) {

  public Outcome(
      Kind kind,
      @Nullable String result,
      @Nullable UUID taskId,
      long epoch,
      @Nullable UUID originalRequestId,
      @Nullable Refusal refusal) {
    this(kind, result, taskId, epoch, originalRequestId, refusal, null);
  }

  /** The kinds, errors in the order of their precedence. */
  public enum Kind implements Term {
    APPLIED,
    ALREADY,
    NOTHING,
    REPLAYED,
    /** The nonce was used for another request; nothing changed. */
    NONCE_USED,
    /** Not allowed, or not to be read, whoever signed it; nothing was looked at. */
    DENIED,
    /** The token was used for another intent; nothing changed. */
    MISMATCH,
    NOT_FOUND,
    REFUSED,
    /** The first request with this token is still under way when this one's time is up. */
    IN_PROGRESS,
    /** The queue is full; nothing was tried. */
    OVERLOADED,
    /** No definite answer in time: perhaps it happened. The same token finds out. */
    UNAVAILABLE;

    /** Whether the command row was written, so that a repeat of the token is a replay. */
    public boolean recorded() {
      return this == APPLIED || this == ALREADY || this == NOTHING || this == REPLAYED;
    }
  }

  /** Why a command is refused. */
  public enum Refusal implements Term {
    /** The state of the instance or its task forbids it. */
    STATUS,
    /** The instance has no nodes that could be changed. */
    NO_NODES,
    /** A node was named that the instance does not have. */
    UNKNOWN_NODE,
    /** A node names a credential, the subject, that is not stored. */
    UNKNOWN_CREDENTIAL,
    /** The credential is named by a node of an instance, the subject. */
    CREDENTIAL_IN_USE,
    /** The service was given no key to seal with. */
    NO_SEALING_KEY,
    /** The account has as many webhooks as it may have. */
    TOO_MANY_WEBHOOKS,
    /** The webhook has no dead letter at that position. */
    UNKNOWN_DEAD_LETTER
  }

  public static Outcome of(Kind kind) {
    return new Outcome(kind, null, null, 0, null, null);
  }

  public static Outcome refused(Refusal why) {
    return new Outcome(Kind.REFUSED, null, null, 0, null, why);
  }

  public static Outcome refused(Refusal why, String subject) {
    return new Outcome(Kind.REFUSED, null, null, 0, null, why, subject);
  }

  /** The same with another {@code Result} member, as JSON text. */
  public Outcome withResult(String other) {
    return new Outcome(kind, other, taskId, epoch, originalRequestId, refusal, subject);
  }

  /** The answer of a later request with the token of the request that got this one. */
  public Outcome replayedFrom(UUID first) {
    UUID original = originalRequestId == null ? first : originalRequestId;
    return new Outcome(Kind.REPLAYED, result, taskId, epoch, original, null);
  }
}
