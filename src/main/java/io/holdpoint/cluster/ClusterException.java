package io.holdpoint.cluster;

/** This process cannot take part, with what to do about it; holds no secret. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
