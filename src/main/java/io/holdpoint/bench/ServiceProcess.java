package io.holdpoint.bench;

import io.holdpoint.store.StartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service as anybody starts it, on the benchmark's database, without a worker. */
final class ServiceProcess implements AutoCloseable {
  static final String KEY_ID = "bench";
  static final String SECRET = "0123456789abcdef";

  private static final String MAIN = "io.holdpoint.Main";
  private static final String SEALING_KEY = "bench q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";
  private static final String MEMBERS = "holdpoint_cluster_members ";
  private static final long LONGEST_START_MILLIS = 60_000;
  private static final long LOOK_MILLIS = 20;
  private static final int ANSWER_MILLIS = 2_000;
  private static final int OK = 200;

  private final Process process;
  private final int port;
  private final int managementPort;
  private final long startMillis;

  /**
   * Starts it and waits until it is ready.
   *
   * @param signed whether requests have to be
   * @param settings further environment
   */
  ServiceProcess(String databaseUri, boolean signed, Map<String, String> settings) {
    port = FreePort.find();
    managementPort = FreePort.find();
    ProcessBuilder builder = JavaProcess.of(MAIN, "serve").redirectOutput(Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("HOLDPOINT_"));
    environment.put("HOLDPOINT_POSTGRES_URI", databaseUri);
    environment.put("HOLDPOINT_MIGRATE", "off");
    environment.put("HOLDPOINT_WORKER", "off");
    environment.put("HOLDPOINT_LOG_LEVEL", "WARN");
    environment.put("HOLDPOINT_HTTP_PORT", Integer.toString(port));
    environment.put("HOLDPOINT_MANAGEMENT_PORT", Integer.toString(managementPort));
    environment.put("HOLDPOINT_AUTH_MODE", signed ? "signature" : "off");
    if (signed) {
      environment.put("HOLDPOINT_SECRET_KEY", SEALING_KEY);
      environment.put("HOLDPOINT_ACCESS_KEY_ID", KEY_ID);
      environment.put("HOLDPOINT_ACCESS_KEY_SECRET", SECRET);
    }
    environment.putAll(settings);
    long begun = System.nanoTime();
    process = JavaProcess.start(builder);
    awaitReady(begun);
    startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }

  private void awaitReady(long begun) {
    while (!ready()) {
      boolean ended = endsWithin(LOOK_MILLIS);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      if (ended || millis > LONGEST_START_MILLIS) {
        process.destroyForcibly();
        throw new StartException("the service did not get ready; see its log above");
      }
    }
  }

  /** Waits; whether the process has ended by then. */
  boolean endsWithin(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private boolean ready() {
    try {
      return management("/health/ready").getResponseCode() == OK;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** How many members of the cluster it sees; 0 without a cluster or an answer. */
  int clusterMembers() {
    try (BufferedReader metrics =
        new BufferedReader(
            new InputStreamReader(
                management("/metrics").getInputStream(), StandardCharsets.UTF_8))) {
      return metrics
          .lines()
          .filter(line -> line.startsWith(MEMBERS))
          .mapToInt(line -> (int) Double.parseDouble(line.substring(MEMBERS.length())))
          .findFirst()
          .orElse(0);
    } catch (IOException silent) {
      return 0;
    }
  }

  private HttpURLConnection management(String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(ANSWER_MILLIS);
    connection.setReadTimeout(ANSWER_MILLIS);
    return connection;
  }

  int port() {
    return port;
  }

  /** From the process's beginning to its being ready. */
  long startMillis() {
    return startMillis;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    JavaProcess.stop(process);
  }
}
