package io.holdpoint.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param attempts at least one
 * @param reply the last attempt's; null when that had none
 * @param failure why it had none
 */
record CallEnd(Kind kind, int attempts, @Nullable CallReply reply, @Nullable IOException failure) {

  /** With its exit code, which scripts rely on. */
  enum Kind {
    DONE(0),
    FALSE(3),
    REFUSED(4),
    UNKNOWN(5);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }
}
