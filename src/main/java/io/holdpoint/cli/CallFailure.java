package io.holdpoint.cli;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** What an attempt without a reply tells; the JDK's client says much of it only by the types. */
final class CallFailure {
  private static final int DEEPEST = 16;

  private CallFailure() {}

  /** Whether the service cannot have seen the request. */
  static boolean isUnsent(@Nullable Throwable failure) {
    return isCausedBy(failure, ConnectException.class)
        || isCausedBy(failure, HttpConnectTimeoutException.class);
  }

  static boolean isUntrusted(@Nullable Throwable failure) {
    return isCausedBy(failure, CertificateException.class);
  }

  static String reason(@Nullable Throwable failure) {
    if (isUntrusted(failure)) {
      return "its certificate is not trusted (" + message(failure) + "); see --ca";
    }
    if (isCausedBy(failure, UnresolvedAddressException.class)) {
      return "the name of its host cannot be resolved";
    }
    return isUnsent(failure) ? "cannot connect" : message(failure);
  }

  private static String message(@Nullable Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST; depth++) {
      String message = each.getMessage();
      if (message != null && !message.isBlank()) {
        return message;
      }
      each = each.getCause();
    }
    return failure == null ? "" : failure.getClass().getSimpleName();
  }

  private static boolean isCausedBy(@Nullable Throwable failure, Class<? extends Throwable> type) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST; depth++) {
      if (type.isInstance(each)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }
}
