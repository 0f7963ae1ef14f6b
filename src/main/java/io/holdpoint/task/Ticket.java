package io.holdpoint.task;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, under which token, until when: what every command carries.
 *
 * @param clientToken the caller's token, or an internal one: {@link #internalToken}
 * @param principal who is named in the event
 * @param reason the caller's words for the event, 256 characters at most
 * @param nonce null for a request that is not signed
 * @param deadlineNanos on {@link System#nanoTime()}'s scale; past it nobody waits for the answer
 */
public record Ticket(
    String accountId,
    String clientToken,
    UUID requestId,
    byte[] fingerprint,
    String principal,
    @Nullable String reason,
    @Nullable Nonce nonce,
    long deadlineNanos) {

  /** Of a request that is not signed. */
  public Ticket(
      String accountId,
      String clientToken,
      UUID requestId,
      byte[] fingerprint,
      String principal,
      @Nullable String reason,
      long deadlineNanos) {
    this(accountId, clientToken, requestId, fingerprint, principal, reason, null, deadlineNanos);
  }

  /**
   * The token of a request that came without one, so that our own retry after a lost commit is
   * safe. It begins with a space, which no client can send: client tokens are visible ASCII.
   */
  public static String internalToken(UUID requestId) {
    return " " + requestId;
  }
}
