package io.holdpoint.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Prints the configuration as it would be used. */
@Command(
    name = "config",
    description = "Checks the configuration and prints it as it would be used, without secrets.")
final class ConfigCommand implements Runnable {
  @ParentCommand private HoldpointCommand parent;

  @Override
  public void run() {
    parent.out().print(parent.config(Map.of()).describe());
  }
}
