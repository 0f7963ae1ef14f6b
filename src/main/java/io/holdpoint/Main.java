package io.holdpoint;

import io.holdpoint.cli.HoldpointCommand;

/** The entry point of {@code java -jar holdpoint.jar}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    int code = HoldpointCommand.run(System.getenv(), arguments);
    if (code != HoldpointCommand.KEEP_RUNNING) {
      System.out.flush();
      Logging.flush();
      // Not exit: a shutdown hook may be at work already and would be waited for.
      Runtime.getRuntime().halt(code);
    }
  }
}
