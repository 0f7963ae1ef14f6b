package io.holdpoint.cluster;

import io.holdpoint.config.ClusterConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A key store such as the README makes, and the settings of a member that has it. */
record ClusterKeyStore(Path file) {
  static final String PASSWORD = "changeit-please";

  /** Made with the JDK's own tool. */
  static ClusterKeyStore make(Path file) {
    try {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-keyalg",
                  "EC",
                  "-groupname",
                  "secp256r1",
                  "-dname",
                  "CN=holdpoint",
                  "-validity",
                  "3650",
                  "-alias",
                  "cluster",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  PASSWORD)
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new AssertionError(said);
      }
      return new ClusterKeyStore(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  ClusterConfig config(int port, int busPort) {
    return new ClusterConfig(true, "127.0.0.1", port, busPort, file.toString(), PASSWORD);
  }

  /**
   * Of a node, at free ports: its polls come too late to be taken for messages, its tasks take
   * long.
   */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOLDPOINT_CLUSTER", "on");
    environment.put("HOLDPOINT_CLUSTER_PORT", "0");
    environment.put("HOLDPOINT_CLUSTER_BUS_PORT", "0");
    environment.put("HOLDPOINT_CLUSTER_KEY_STORE", file.toString());
    environment.put("HOLDPOINT_CLUSTER_KEY_STORE_PASSWORD", PASSWORD);
    environment.put("HOLDPOINT_STREAM_POLL_INTERVAL", "1m");
    environment.put("HOLDPOINT_SIMULATED_STOP", "4s");
    environment.put("HOLDPOINT_SIMULATED_START", "4s");
    return environment;
  }
}
