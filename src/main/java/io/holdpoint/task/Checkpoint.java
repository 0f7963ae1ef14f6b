package io.holdpoint.task;

/**
 * The members of a step's checkpoint that others than the step itself read: the API shows them, and
 * later steps of the same node go by them. The rest is the step's own business.
 */
public final class Checkpoint {
  /** The process before the step: its ephemeral id; empty when there was none. */
  public static final String BEFORE = "before";

  /** The number of that process on its host. */
  public static final String PID = "pid";

  /** The process was asked to end. */
  public static final String STOP_SENT = "stopSent";

  /** The node before the step, as its API showed it. */
  public static final String BASELINE = "baseline";

  /** The node after the step, verified. */
  public static final String AFTER = "after";

  /** What the change does to the node, made by its preparation. */
  public static final String RECORD = "record";

  /** Paths that are changed on disk but not loaded: a restart by anybody loads them. */
  public static final String ARMED = "armed";

  /** The process that ran when they were changed. */
  public static final String ARMED_IN = "armedIn";

  /** What a human needs to decide about a process that does not end. */
  public static final String EVIDENCE = "evidence";

  /** How the node was found when the step began again. */
  public static final String FOUND = "found";

  private Checkpoint() {}
}
