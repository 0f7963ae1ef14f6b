package io.holdpoint;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** The log is written behind a queue, so that no event loop waits for it. */
public final class Logging {
  private Logging() {}

  /** Writes what is still queued; the last act before the process halts. */
  public static void flush() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }
}
