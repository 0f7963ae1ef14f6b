package io.holdpoint.driver;

/**
 * How a detached command stands.
 *
 * @param exitCode of an ended one; 0 otherwise
 * @param output the newest {@link NodeDriver#MAX_BYTES} bytes of what it printed so far
 */
public record RunState(Phase phase, int exitCode, String output) {
  public static final RunState ABSENT = new RunState(Phase.ABSENT, 0, "");

  /** Where a command can stand. */
  public enum Phase {
    /** It was never begun. */
    ABSENT,
    RUNNING,
    ENDED,
    /** It was begun, left no exit code and runs no more: it was killed, or the host went down. */
    LOST
  }

  public boolean succeeded() {
    return phase == Phase.ENDED && exitCode == 0;
  }
}
