package io.holdpoint.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.QueryParameter;
import io.holdpoint.auth.RequestSigner;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.auth.SignedRequest;
import io.holdpoint.task.Direction;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Parallel;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a verified signature and the memory of nonces add to an interrupt, in processor time of the
 * service and of the database: unsigned and signed passes in turn, on one database.
 */
@ExtendWith(DatabaseExtension.class)
class SignaturePriceSoak {
  private static final String KEY_ID = "first";
  private static final String SECRET = "0123456789abcdef";
  private static final int CONNECTIONS = 64;
  private static final int REQUESTS = 20_000;
  private static final int PASSES = 3;
  private static final int INSTANCES = 500;

  /** Microseconds per request. */
  private record Price(double service, double database, double requestsPerSecond) {}

  @Test
  void signatureAndNonceMemoryCostLessThanTheInterrupt(
      TestDatabase database, TestReporter reporter) {
    List<String> instances = instances(database);
    Map<String, List<Price>> prices = new LinkedHashMap<>();
    try (ChildService open = start(database, "off");
        ChildService closed = start(database, "signature")) {
      pass(open, database, requests(instances, null));
      pass(closed, database, requests(instances, SignatureScheme.ACS3_HMAC_SHA256));
      for (int i = 0; i < PASSES; i++) {
        add(prices, "unsigned", pass(open, database, requests(instances, null)));
        for (SignatureScheme scheme : SignatureScheme.values()) {
          add(prices, scheme.name(), pass(closed, database, requests(instances, scheme)));
        }
      }
    }
    prices.forEach((name, all) -> reporter.publishEntry(name, text(all)));
    assertThat(database.count("SELECT count(*) FROM commands WHERE nonce IS NOT NULL"))
        .isEqualTo((2L * PASSES + 1) * REQUESTS);
    double unsigned = cpu(prices.get("unsigned"));
    double signed = cpu(prices.get(SignatureScheme.ACS3_HMAC_SHA256.name()));
    reporter.publishEntry("ACS3 / unsigned, processor time", "%.2f".formatted(signed / unsigned));
  }

  private static void add(Map<String, List<Price>> prices, String name, Price price) {
    prices.computeIfAbsent(name, first -> new ArrayList<>()).add(price);
  }

  private static double cpu(List<Price> all) {
    return median(all.stream().mapToDouble(price -> price.service() + price.database()).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static String text(List<Price> all) {
    return "service %.1f us, database %.1f us, %.0f requests/s (medians of %d passes)"
        .formatted(
            median(all.stream().mapToDouble(Price::service).toArray()),
            median(all.stream().mapToDouble(Price::database).toArray()),
            median(all.stream().mapToDouble(Price::requestsPerSecond).toArray()),
            all.size());
  }

  private static List<String> instances(TestDatabase database) {
    TaskRows rows = new TaskRows(database);
    Situation suspended = new Situation(TaskState.SUSPENDED, Direction.FORWARD, true, null);
    List<String> ids = rows.instances(INSTANCES);
    ids.forEach(id -> rows.task(id, suspended));
    return ids;
  }

  private static ChildService start(TestDatabase database, String mode) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOLDPOINT_AUTH_MODE", mode);
    environment.put("HOLDPOINT_WORKER", "off");
    environment.put("HOLDPOINT_SECRET_KEY", "key-1 q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=");
    environment.put("HOLDPOINT_ACCESS_KEY_ID", KEY_ID);
    environment.put("HOLDPOINT_ACCESS_KEY_SECRET", SECRET);
    return ChildService.start(database, environment);
  }

  private static List<byte[]> requests(List<String> instances, @Nullable SignatureScheme scheme) {
    RequestSigner signer =
        scheme == null
            ? null
            : new RequestSigner(
                scheme,
                KEY_ID,
                SECRET.getBytes(StandardCharsets.UTF_8),
                InstantSource.system(),
                () -> UUID.randomUUID().toString());
    List<byte[]> requests = new ArrayList<>(REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(request(instances.get(i % instances.size()), signer));
    }
    return requests;
  }

  private static byte[] request(String instance, @Nullable RequestSigner signer) {
    String token = UUID.randomUUID().toString();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("host", "127.0.0.1");
    headers.put("accept", "application/json");
    headers.put("x-acs-version", "2017-06-13");
    headers.put("x-acs-action", "InterruptLogstashTask");
    String path = "/openapi/logstashes/" + instance + "/actions/interrupt";
    if (signer != null) {
      headers.putAll(signer.sign(new Prepared(path, token, Map.copyOf(headers))));
    }
    StringBuilder text = new StringBuilder("POST " + path + "?clientToken=" + token);
    text.append(" HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    return text.append("content-length: 0\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private record Prepared(String rawPath, String token, Map<String, String> sent)
      implements SignedRequest {
    @Override
    public String method() {
      return "POST";
    }

    @Override
    public List<String> segments() {
      return List.of(rawPath.substring(1).split("/"));
    }

    @Override
    public List<QueryParameter> query() {
      return List.of(new QueryParameter("clientToken", token, true));
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
      sent.forEach(each);
    }

    @Override
    public byte[] body() {
      return new byte[0];
    }
  }

  private static Price pass(ChildService service, TestDatabase database, List<byte[]> requests) {
    database.execute("CHECKPOINT");
    Supplier<Duration> ofService =
        () -> service.child().process().info().totalCpuDuration().orElseThrow();
    Duration serviceBefore = ofService.get();
    Duration databaseBefore = databaseTime();
    long begun = System.nanoTime();
    List<Runnable> clients = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      int first = i;
      clients.add(() -> send(service.port(), requests, first));
    }
    Parallel.run(clients);
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new Price(
        ofService.get().minus(serviceBefore).toNanos() / 1e3 / requests.size(),
        databaseTime().minus(databaseBefore).toNanos() / 1e3 / requests.size(),
        requests.size() / seconds);
  }

  private static Duration databaseTime() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("/postgres"))
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static void send(int port, List<byte[]> requests, int first) {
    try (RawHttp connection = RawHttp.connect(port)) {
      for (int i = first; i < requests.size(); i += CONNECTIONS) {
        RawHttp.Reply reply = connection.send(requests.get(i)).read();
        assertThat(reply).isNotNull();
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
