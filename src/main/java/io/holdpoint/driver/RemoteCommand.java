package io.holdpoint.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The only commands that are ever sent to a host. An SSH server hands what it is sent to the login
 * shell as one string, whatever a client does; so the words are put together here and nowhere else,
 * each quoted for a POSIX shell by one function.
 *
 * @param changing whether it changes something, and may need {@code sudo}
 */
record RemoteCommand(List<String> words, boolean changing) {
  private static final String UNIT = "[A-Za-z0-9@_][A-Za-z0-9@._-]{0,254}";
  private static final String PLAIN = "[A-Za-z0-9@%+=:,./_-]+";
  private static final String PROPERTIES =
      "LoadState,ActiveState,SubState,Job,MainPID,NRestarts,ExecMainStatus,TimeoutStopUSec";

  RemoteCommand {
    words = List.copyOf(words);
  }

  static RemoteCommand show(String unit) {
    return new RemoteCommand(List.of("systemctl", "show", "-p", PROPERTIES, checked(unit)), false);
  }

  static RemoteCommand start(String unit) {
    return new RemoteCommand(List.of("systemctl", "start", "--no-block", checked(unit)), true);
  }

  static RemoteCommand stop(String unit) {
    return new RemoteCommand(List.of("systemctl", "stop", "--no-block", checked(unit)), true);
  }

  static RemoteCommand kill(String unit, NodeSignal signal) {
    return new RemoteCommand(
        List.of("systemctl", "kill", "--signal=SIG" + signal, "--kill-who=main", checked(unit)),
        true);
  }

  /**
   * A command line that goes on by itself as a unit of its own, which stays when it has ended. The
   * service manager replaces variables in the words; a doubled dollar keeps it from that.
   */
  static RemoteCommand run(String unit, List<String> commandLine) {
    List<String> words = new ArrayList<>();
    words.add("systemd-run");
    words.add("--unit=" + checked(unit));
    words.add("--no-block");
    words.add("--property=RemainAfterExit=yes");
    words.add("--");
    commandLine.forEach(word -> words.add(word.replace("$", "$$")));
    return new RemoteCommand(words, true);
  }

  /** What is sent. */
  String line(boolean sudo) {
    String line = words.stream().map(RemoteCommand::quoted).collect(Collectors.joining(" "));
    return sudo && changing ? "sudo -n " + line : line;
  }

  private static String quoted(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new NodeException(NodeException.Kind.REFUSED, "an argument holds a zero byte");
    }
    return word.matches(PLAIN) ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String checked(String unit) {
    if (!unit.matches(UNIT)) {
      throw new NodeException(NodeException.Kind.REFUSED, "not the name of a unit");
    }
    return unit;
  }
}
