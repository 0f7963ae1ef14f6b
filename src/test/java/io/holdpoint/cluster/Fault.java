package io.holdpoint.cluster;

import io.holdpoint.testkit.ChildService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** What can happen to a node, given by its number, and the way back. */
record Fault(String name, IntConsumer begin, IntConsumer end) {

  /** As {@code kill -9}; the way back is a start, which returns when the node is ready. */
  static Fault killed(IntFunction<ChildService> nodes) {
    return new Fault(
        "killed", number -> nodes.apply(number).kill(), number -> nodes.apply(number).startAgain());
  }

  /** As a host does that swaps, or a virtual machine that is moved. */
  static Fault frozen(IntFunction<ChildService> nodes) {
    return new Fault(
        "frozen",
        number -> signal("STOP", nodes.apply(number)),
        number -> signal("CONT", nodes.apply(number)));
  }

  private static void signal(String name, ChildService node) {
    long pid = node.child().process().pid();
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
