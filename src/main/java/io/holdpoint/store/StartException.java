package io.holdpoint.store;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot start and a person has to act. The message is one line that says what is wrong
 * and what to do; the cause, if any, is for the log only.
 */
public class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    this(message, null);
  }

  public StartException(String message, @Nullable Throwable cause) {
    super(message.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " "), cause);
  }
}
