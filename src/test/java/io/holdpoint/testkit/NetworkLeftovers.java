package io.holdpoint.testkit;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Namespaces and processes of a {@link RoutedNetwork}, known by a name that has the process id of
 * their test: after a test, and of tests that were killed.
 */
final class NetworkLeftovers {
  static final String NAME = "holdpoint-net-";

  private static final Pattern OF_A_TEST = Pattern.compile(NAME + "(\\d+)");

  private NetworkLeftovers() {}

  /**
   * Removes those of tests that are no more.
   *
   * @throws IpCommand.Refused when a test that has such a network runs at this moment
   */
  static void remove() {
    Set<String> names = new HashSet<>();
    Matcher matcher = OF_A_TEST.matcher(IpCommand.run("netns list") + commandLines());
    while (matcher.find()) {
      if (isAnotherTest(Long.parseLong(matcher.group(1)))) {
        throw new IpCommand.Refused("process " + matcher.group(1) + " has one at this moment");
      }
      names.add(matcher.group());
    }
    names.forEach(NetworkLeftovers::remove);
  }

  /** A number that is used again need not be a test's. */
  private static boolean isAnotherTest(long pid) {
    return pid != ProcessHandle.current().pid()
        && ProcessHandle.of(pid)
            .flatMap(process -> process.info().command())
            .filter(command -> command.endsWith("java"))
            .isPresent();
  }

  private static String commandLines() {
    StringBuilder all = new StringBuilder();
    ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .forEach(line -> all.append(line).append('\n'));
    return all.toString();
  }

  /** The link of a test's own process to its network; short, as the kernel wants it. */
  static String link(String name) {
    return "hpnet" + name.substring(NAME.length());
  }

  /** Everything of one test; does what it can and leaves out what is gone already. */
  static void remove(String name) {
    Predicate<String> its = Pattern.compile(Pattern.quote(name) + "\\b").asPredicate();
    ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().filter(its).isPresent())
        .forEach(ProcessHandle::destroyForcibly);
    try {
      // With its namespace it would go too, but some time later.
      if (IpCommand.run("-br link").contains(link(name) + "@")) {
        IpCommand.run("link del " + link(name));
      }
      for (String line : IpCommand.run("netns list").lines().toList()) {
        String namespace = line.split(" ")[0];
        if (its.test(namespace)) {
          pids(namespace).forEach(ProcessHandle::destroyForcibly);
          IpCommand.run("netns del " + namespace);
        }
      }
    } catch (IpCommand.Refused withoutNamespaces) {
      // Then there are none of ours either.
    }
  }

  private static Stream<ProcessHandle> pids(String namespace) {
    return IpCommand.run("netns pids " + namespace)
        .lines()
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream());
  }
}
