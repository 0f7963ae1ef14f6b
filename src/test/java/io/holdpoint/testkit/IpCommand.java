package io.holdpoint.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code ip} of iproute2, one command at a time. */
final class IpCommand {
  private IpCommand() {}

  /** It cannot be done here; the message is the program's own. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * What it says.
   *
   * @param line its arguments, without quotes
   * @throws Refused when it fails or is not there
   */
  static String run(String line) {
    List<String> words = new ArrayList<>(List.of("ip"));
    words.addAll(List.of(line.split(" ")));
    return run(words);
  }

  static String run(List<String> words) {
    String line = String.join(" ", words);
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new Refused("'" + line + "' failed: " + said.strip());
      }
      return said;
    } catch (IOException absent) {
      throw new Refused("'" + line + "' needs iproute2 on the PATH: " + absent.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
