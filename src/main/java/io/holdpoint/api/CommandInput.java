package io.holdpoint.api;

import io.holdpoint.auth.QueryParameter;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Term;
import io.holdpoint.task.Ticket;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields that every changing operation shares, checked by hand because two of the operations
 * are the hot path; a test holds these checks against the contract.
 */
final class CommandInput {
  static final String CLIENT_TOKEN = "clientToken";
  static final String REASON = "x-holdpoint-reason";
  static final String MODE = "x-holdpoint-interrupt-mode";

  private static final int LONGEST_TOKEN = 64;
  private static final int LONGEST_REASON = 256;
  private static final int LONGEST_INSTANCE_ID = 64;

  private final Duration deadline;

  CommandInput(Duration deadline) {
    this.deadline = deadline;
  }

  /**
   * The ticket of a command. The token is the last of the parameters to be judged, so this comes
   * after all other checks of them.
   *
   * @param parameters what changes the effect, besides operation and instance
   */
  Ticket ticket(Exchange exchange, Operation operation, String instanceId, String... parameters) {
    byte[] fingerprint = Fingerprint.of(operation, instanceId, parameters);
    return ticket(exchange, fingerprint, fingerprint);
  }

  /**
   * The ticket of a command with a secret. The secret stays out of what is kept of the command; it
   * is part of what its nonce is remembered by, which nobody can guess it from without the
   * signature.
   */
  Ticket secretTicket(Exchange exchange, Operation operation, String name, String secret) {
    return ticket(
        exchange, Fingerprint.of(operation, name), Fingerprint.of(operation, name, secret));
  }

  private Ticket ticket(Exchange exchange, byte[] fingerprint, byte[] intent) {
    String reason = reason(exchange);
    String token = clientToken(exchange.target());
    Caller caller = exchange.caller();
    return new Ticket(
        caller.accountId(),
        token == null ? Ticket.internalToken(exchange.requestId()) : token,
        exchange.requestId(),
        fingerprint,
        caller.principal(),
        reason,
        caller.nonce(intent),
        exchange.arrivedNanos() + deadline.toNanos());
  }

  /** The ticket of a command that is not given: nothing of it is judged. */
  Ticket refused(Exchange exchange, Operation operation, String instanceId) {
    byte[] fingerprint = Fingerprint.of(operation, instanceId, "refused");
    Caller caller = exchange.caller();
    return new Ticket(
        caller.accountId(),
        Ticket.internalToken(exchange.requestId()),
        exchange.requestId(),
        fingerprint,
        caller.principal(),
        null,
        caller.nonce(fingerprint),
        exchange.arrivedNanos() + deadline.toNanos());
  }

  /** Refuses query names that the operation does not have: a typo must not be taken for consent. */
  static void refuseUnknown(RequestTarget target, Set<String> known) {
    for (QueryParameter parameter : target.parameters()) {
      if (!known.contains(parameter.name())) {
        throw new ApiException(ApiError.INVALID_PARAMETER, printable(parameter.name()));
      }
    }
  }

  private static @Nullable String clientToken(RequestTarget target) {
    String token = target.parameter(CLIENT_TOKEN);
    if (token == null || token.isEmpty()) {
      return null;
    }
    if (token.length() > LONGEST_TOKEN || !visible(token, '!')) {
      throw new ApiException(ApiError.INVALID_CLIENT_TOKEN);
    }
    return token;
  }

  private static @Nullable String reason(Exchange exchange) {
    String reason = exchange.request().getHeader(REASON);
    if (reason == null || reason.isEmpty()) {
      return null;
    }
    if (reason.length() > LONGEST_REASON || !visible(reason, ' ')) {
      throw new ApiException(ApiError.INVALID_PARAMETER, REASON);
    }
    return reason;
  }

  static InterruptMode mode(Exchange exchange) {
    String mode = exchange.request().getHeader(MODE);
    if (mode == null) {
      return InterruptMode.FINISH_STEP;
    }
    try {
      return Term.parse(InterruptMode.class, mode);
    } catch (IllegalArgumentException unknown) {
      throw new ApiException(ApiError.INVALID_PARAMETER, MODE);
    }
  }

  /** The instance in the path of every operation on one. */
  static String instanceId(Exchange exchange) {
    return instanceId(exchange.target().segments().get(2));
  }

  /** An id that no instance can have gets the answer of one that does not exist. */
  static String instanceId(String segment) {
    if (segment.length() > LONGEST_INSTANCE_ID || !visible(segment, '!')) {
      throw new ApiException(ApiError.INSTANCE_NOT_FOUND);
    }
    return segment;
  }

  private static boolean visible(String text, char lowest) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < lowest || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static String printable(String name) {
    return name.length() <= 64 && visible(name, '!') ? name : "of unknown name";
  }
}
