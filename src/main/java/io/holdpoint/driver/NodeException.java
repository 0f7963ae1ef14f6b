package io.holdpoint.driver;

/** Why a node could not be asked or told something; the message is one line for the operator. */
public final class NodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was. */
  public enum Kind {
    /** No connection, or no answer in time: it may have happened. */
    UNREACHABLE,
    /** The host answered and refused: the same again would be refused again. */
    REFUSED
  }

  private final Kind kind;

  public NodeException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public NodeException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
