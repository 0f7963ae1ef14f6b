package io.holdpoint.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of this test's own: hosts that are namespaces of this machine's kernel, and a router
 * between them that can lose what passes, in one direction or both, without telling anybody. This
 * process is a host too, with an address for clients and one for a database.
 *
 * <p>All of it hangs on the namespaces: where they are gone, so are links, addresses and routes.
 * What a run that was killed left behind goes before the next one comes.
 */
public final class RoutedNetwork implements AutoCloseable {
  /** Set apart for tests of networks by RFC 2544; nothing leaves this machine. */
  private static final String PREFIX = "198.18.";

  private static final String HERE = PREFIX + "0.2";

  /** Where a database of this process listens for the hosts. */
  public static final String DATABASE = PREFIX + "0.3";

  private final String name = NetworkLeftovers.NAME + ProcessHandle.current().pid();
  private final String router = name + "-router";
  private final int hosts;

  private RoutedNetwork(int hosts) {
    this.hosts = hosts;
  }

  /**
   * With so many hosts beside this process; the test is skipped, and says what is missing, where
   * there can be none.
   */
  public static RoutedNetwork open(int hosts) {
    RoutedNetwork network = new RoutedNetwork(hosts);
    try {
      NetworkLeftovers.remove();
      network.build();
      return network;
    } catch (IpCommand.Refused refused) {
      network.close();
      return Assumptions.abort(
          "SKIPPED: needs network namespaces (root, iproute2, veth); " + refused.getMessage());
    }
  }

  private void build() {
    String used = IpCommand.run("-4 route show root " + PREFIX + "0.0/16").strip();
    if (!used.isEmpty()) {
      throw new IpCommand.Refused("its addresses are in use on this machine: " + used);
    }
    IpCommand.run("netns add " + router);
    String own = NetworkLeftovers.link(name);
    IpCommand.run("link add " + own + " type veth peer name here netns " + router);
    IpCommand.run("addr add " + HERE + "/29 dev " + own);
    IpCommand.run("addr add " + DATABASE + "/29 dev " + own);
    IpCommand.run("link set " + own + " up");
    atRouter("here", PREFIX + "0.1/29");
    IpCommand.run("route add " + PREFIX + "0.0/16 via " + PREFIX + "0.1 src " + HERE);
    for (int host = 0; host < hosts; host++) {
      String space = namespace(host);
      IpCommand.run("netns add " + space);
      IpCommand.run(
          "-n " + router + " link add to" + host + " type veth peer name eth0 netns " + space);
      atRouter("to" + host, PREFIX + (host + 1) + ".1/30");
      IpCommand.run("-n " + space + " link set lo up");
      IpCommand.run("-n " + space + " addr add " + address(host) + "/30 dev eth0");
      IpCommand.run("-n " + space + " link set eth0 up");
      IpCommand.run("-n " + space + " route add default via " + PREFIX + (host + 1) + ".1");
    }
    IpCommand.run(
        List.of(
            "ip", "netns", "exec", router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"));
  }

  private void atRouter(String link, String address) {
    IpCommand.run("-n " + router + " addr add " + address + " dev " + link);
    IpCommand.run("-n " + router + " link set " + link + " up");
  }

  private String namespace(int host) {
    return name + "-host" + host;
  }

  /**
   * An empty folder in {@code parent}, for processes outside the namespaces: whose command line
   * names it is ended with what else a killed run left behind.
   */
  public Path folder(Path parent) {
    try {
      return Files.createDirectory(parent.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String address(int host) {
    return PREFIX + (host + 1) + ".2";
  }

  /** Words before a command that shall run on a host. */
  public List<String> within(int host) {
    return List.of("ip", "netns", "exec", namespace(host));
  }

  /** From now on nothing gets from one address to the other. */
  public void drop(String from, String to) {
    rule("add", from, to);
  }

  /** The end of a {@link #drop}. */
  public void pass(String from, String to) {
    rule("del", from, to);
  }

  private void rule(String what, String from, String to) {
    // The kernel's own table of addresses, 0, is looked at first; what is forwarded is not in it.
    IpCommand.run(
        "-n " + router + " rule " + what + " pref 100 from " + from + " to " + to + " blackhole");
  }

  /** What becomes of a connection that a host opens. */
  public Knock.Heard knock(int host, String address, int port) {
    List<String> words = new ArrayList<>(within(host));
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    words.add(System.getProperty("java.class.path"));
    words.addAll(List.of(Knock.class.getName(), address, Integer.toString(port)));
    return Knock.Heard.valueOf(IpCommand.run(words).strip());
  }

  /** Ends what still runs on the hosts, and everything is gone. */
  @Override
  public void close() {
    NetworkLeftovers.remove(name);
  }
}
