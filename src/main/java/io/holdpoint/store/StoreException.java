package io.holdpoint.store;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.Set;

/**
 * A statement that gave no rows, and what is known of its effect. Carries no stack trace: it is an
 * expected event of operations, told apart by {@link #kind()}.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller may conclude; the table in the facts on PostgreSQL failures, by SQLSTATE. */
  public enum Kind {
    /** Rolled back because of another transaction: run it again at once, it will see the other. */
    CONFLICT,
    /** Rolled back: a lock or the statement took too long, or the disk is full. */
    ROLLED_BACK,
    /** Never reached a database that takes it: unreachable, full, starting, or a standby. */
    NOT_SENT,
    /** Perhaps committed. Only running it again with the same token tells. */
    UNKNOWN,
    /** A defect of ours: the statement cannot succeed as it is. */
    BROKEN
  }

  private static final Set<String> CONFLICTS = Set.of("23505", "40P01", "40001");
  private static final Set<String> RESOURCES = Set.of("55P03", "57014", "53100");
  private static final String READ_ONLY = "25006";
  private static final Set<String> TURNED_AWAY =
      Set.of("53300", "57P03", "28P01", "28000", "3D000", READ_ONLY);

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final Kind kind;
  private final String sqlState;

  private StoreException(Kind kind, String message) {
    this(kind, message, "");
  }

  private StoreException(Kind kind, String message, String sqlState) {
    super(message, null, false, false);
    this.kind = kind;
    this.sqlState = sqlState;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the login lacks the privilege. */
  public boolean forbidden() {
    return sqlState.equals(INSUFFICIENT_PRIVILEGE);
  }

  /** Whether the server takes no writes: it is a standby, or has become one. */
  boolean readOnly() {
    return sqlState.equals(READ_ONLY);
  }

  /** Whether running the same statement again within the deadline may succeed. */
  public boolean retryable() {
    return kind != Kind.BROKEN;
  }

  static StoreException unknown(String message) {
    return new StoreException(Kind.UNKNOWN, message);
  }

  static StoreException notSent(String message) {
    return new StoreException(Kind.NOT_SENT, message);
  }

  static StoreException notSent(Throwable cause) {
    if (cause instanceof StoreException same) {
      return same;
    }
    StoreException classified = of(cause);
    return classified.kind == Kind.UNKNOWN
        ? new StoreException(Kind.NOT_SENT, classified.getMessage())
        : classified;
  }

  /** What {@code cause} says about the effect of a statement. */
  public static StoreException of(Throwable cause) {
    if (cause instanceof StoreException same) {
      return same;
    }
    if (cause instanceof PgException pg) {
      String state = pg.getSqlState();
      return new StoreException(kindOf(state), state + " " + pg.getMessage(), state);
    }
    if (cause instanceof VertxException || cause instanceof java.io.IOException) {
      return new StoreException(Kind.UNKNOWN, String.valueOf(cause.getMessage()));
    }
    return new StoreException(Kind.BROKEN, cause.toString());
  }

  private static Kind kindOf(String sqlState) {
    if (CONFLICTS.contains(sqlState)) {
      return Kind.CONFLICT;
    }
    if (TURNED_AWAY.contains(sqlState)) {
      return Kind.NOT_SENT;
    }
    // Classes 53 and 58: memory, disk or the system failed the statement, which rolled back.
    if (RESOURCES.contains(sqlState) || sqlState.startsWith("53") || sqlState.startsWith("58")) {
      return Kind.ROLLED_BACK;
    }
    // 57P01, 57P02: the backend was ended, perhaps after the commit; class 08: the link broke.
    return sqlState.startsWith("57P") || sqlState.startsWith("08") || sqlState.startsWith("XX")
        ? Kind.UNKNOWN
        : Kind.BROKEN;
  }
}
