package io.holdpoint.cluster;

import io.holdpoint.cluster.Call.Answer;
import io.holdpoint.cluster.Call.Kind;
import io.holdpoint.cluster.Call.Outcome;
import io.holdpoint.testkit.Endpoint;
import io.holdpoint.testkit.Operator;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients behind a load balancer that knows nothing: each call goes to any node, and with the same
 * token to another one until it has a definite answer.
 */
final class Steering {
  private static final List<Kind> ASKED = List.of(Kind.INTERRUPT, Kind.RESUME, Kind.READ);
  private static final int PATIENCE_MILLIS = 2_500;
  private static final long LAST_TRIES_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

  private final List<Endpoint> endpoints;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Map<String, Queue<Call>> calls = new ConcurrentHashMap<>();
  private final Map<String, Boolean> results = new ConcurrentHashMap<>();
  private final AtomicInteger answered = new AtomicInteger();
  final AtomicInteger secondAnswers = new AtomicInteger();
  final Queue<String> strange = new ConcurrentLinkedQueue<>();

  Steering(List<Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  /** One client that calls about one instance until {@link #end}. */
  void run(String instance, Random random) {
    while (!over.get()) {
      Kind kind = ASKED.get(random.nextInt(ASKED.size()));
      call(instance, kind, random);
    }
  }

  void end() {
    over.set(true);
  }

  /** How many calls have an answer. */
  int answered() {
    return answered.get();
  }

  /** What was called about an instance. */
  List<Call> calls(String instance) {
    return List.copyOf(calls.getOrDefault(instance, new ConcurrentLinkedQueue<>()));
  }

  private void call(String instance, Kind kind, Random random) {
    String token = UUID.randomUUID().toString();
    long begun = System.nanoTime();
    Answer answer = null;
    long giveUp = Long.MAX_VALUE;
    while (answer == null && System.nanoTime() - giveUp < 0) {
      answer = attempt(instance, kind, token, random);
      if (answer == null) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      if (over.get() && giveUp == Long.MAX_VALUE) {
        giveUp = System.nanoTime() + LAST_TRIES_NANOS;
      }
    }
    long ended = answer == null ? Call.NEVER : System.nanoTime();
    calls
        .computeIfAbsent(instance, first -> new ConcurrentLinkedQueue<>())
        .add(new Call(kind, begun, ended, answer));
    answered.incrementAndGet();
    if (answer != null && kind != Kind.READ && random.nextInt(4) == 0) {
      repeat(instance, kind, token, random);
    }
  }

  /** A copy that arrives late has no effect; its answer must be the first one's. */
  private void repeat(String instance, Kind kind, String token, Random random) {
    if (attempt(instance, kind, token, random) != null) {
      secondAnswers.incrementAndGet();
    }
  }

  private @Nullable Answer attempt(String instance, Kind kind, String token, Random random) {
    Endpoint endpoint = endpoints.get(random.nextInt(endpoints.size()));
    try {
      HttpURLConnection connection = open(endpoint, instance, kind, token);
      int status = connection.getResponseCode();
      String body = body(connection, status);
      if (status == HttpURLConnection.HTTP_OK) {
        return kind == Kind.READ ? found(body) : steered(connection, body, token);
      }
      if (!body.contains("ServiceUnavailable")
          && !body.contains("TokenPreviousRequestProcessError")) {
        strange.add(status + " " + body);
      }
      return null;
    } catch (IOException noAnswer) {
      return null;
    }
  }

  private static HttpURLConnection open(Endpoint endpoint, String instance, Kind kind, String token)
      throws IOException {
    String path =
        kind == Kind.READ
            ? "/v1/instances/" + instance + "/task"
            : Operator.steer(instance, kind == Kind.INTERRUPT ? "interrupt" : "resume", token);
    String method = kind == Kind.READ ? "GET" : "POST";
    HttpURLConnection connection = (HttpURLConnection) endpoint.uri(path).toURL().openConnection();
    connection.setRequestMethod(method);
    endpoint.signature(method, path).forEach(connection::setRequestProperty);
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    return connection;
  }

  private static String body(HttpURLConnection connection, int status) throws IOException {
    try (InputStream in =
        status < HttpURLConnection.HTTP_BAD_REQUEST
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Answer found(String body) {
    JsonObject task = new JsonObject(body).getJsonObject("Result");
    boolean suspended = task.getString("state").equals("suspended");
    return new Answer(
        suspended ? Outcome.FOUND_SUSPENDED : Outcome.FOUND_RUNNING, task.getLong("epoch"));
  }

  private Answer steered(HttpURLConnection connection, String body, String token) {
    Boolean result = new JsonObject(body).getBoolean("Result");
    Boolean before = results.putIfAbsent(token, result);
    if (before != null && !before.equals(result)) {
      strange.add(token + " was answered " + before + " and " + result);
    }
    long epoch = Long.parseLong(connection.getHeaderField("x-holdpoint-epoch"));
    String outcome = connection.getHeaderField("x-holdpoint-outcome");
    return new Answer(Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)), epoch);
  }
}
