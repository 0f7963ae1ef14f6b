package io.holdpoint.bench;

import io.holdpoint.store.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** What makes services members of one cluster of event buses, and whether they are. */
final class BenchCluster {
  private static final long LONGEST_FORMING_SECONDS = 30;
  private static final long LOOK_MILLIS = 100;
  private static final String PASSWORD_VARIABLE = "HOLDPOINT_CLUSTER_KEY_STORE_PASSWORD";

  private final Map<String, String> settings;

  /**
   * Makes the members' key with the JDK's own tool, as an operator does.
   *
   * @param keyStore a file that is not there yet
   */
  BenchCluster(Path keyStore) {
    settings =
        Map.of(
            "HOLDPOINT_CLUSTER",
            "on",
            "HOLDPOINT_CLUSTER_PORT",
            "0",
            "HOLDPOINT_CLUSTER_BUS_PORT",
            "0",
            "HOLDPOINT_CLUSTER_KEY_STORE",
            keyStore.toString(),
            PASSWORD_VARIABLE,
            UUID.randomUUID().toString());
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=bench",
                "-alias",
                "cluster",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass:env",
                PASSWORD_VARIABLE)
            .redirectErrorStream(true);
    builder.environment().putAll(settings);
    make(builder);
  }

  private static void make(ProcessBuilder keytool) {
    try {
      Process process = keytool.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new StartException("keytool made no key for the cluster: " + said);
      }
    } catch (IOException missing) {
      throw new StartException(
          "the clustered scenarios need the JDK's keytool; leave them out by --only", missing);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** Environment of a member. */
  Map<String, String> settings() {
    return settings;
  }

  /**
   * Waits until each of {@code members} sees all of them.
   *
   * @throws StartException when they do not find each other, or one has ended
   */
  static void awaitFormed(List<ServiceProcess> members) {
    long begun = System.nanoTime();
    while (fewestSeen(members) != members.size()) {
      boolean ended = members.get(0).endsWithin(LOOK_MILLIS);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      if (ended || seconds > LONGEST_FORMING_SECONDS) {
        throw new StartException(
            "the nodes did not become one cluster: one of them sees %d members, there are %d"
                .formatted(fewestSeen(members), members.size()));
      }
    }
  }

  /** How many members the node sees that sees fewest. */
  static int fewestSeen(List<ServiceProcess> members) {
    return members.stream().mapToInt(ServiceProcess::clusterMembers).min().orElse(0);
  }
}
