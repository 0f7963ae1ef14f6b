package io.holdpoint.driver;

import java.util.List;

/**
 * A command to run on a node, apart from whoever asked for it.
 *
 * @param id names this run for ever: letters, digits and dashes, 100 at most
 * @param arguments program and arguments, never given to a shell
 */
public record NodeCommand(String id, List<String> arguments) {
  private static final String ID = "[A-Za-z0-9-]{1,100}";

  public NodeCommand {
    arguments = List.copyOf(arguments);
    if (!id.matches(ID) || arguments.isEmpty()) {
      throw new IllegalArgumentException("not a command: " + id + " " + arguments);
    }
  }
}
