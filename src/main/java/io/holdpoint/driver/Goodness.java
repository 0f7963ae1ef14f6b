package io.holdpoint.driver;

/**
 * The predicate "this node is good": what it shows now against what it showed before a change and
 * what the change wants. Pure; the caller looks twice, some time apart.
 */
public final class Goodness {
  private Goodness() {}

  /**
   * @param baseline the node before the change
   */
  public static Judgement judge(NodeView now, NodeView baseline, Wanted wanted) {
    throw new UnsupportedOperationException();
  }

  /** Whether events went through the node between two looks, or its queues did not grow. */
  public static boolean flows(NodeView earlier, NodeView now) {
    throw new UnsupportedOperationException();
  }
}
