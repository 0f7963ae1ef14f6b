package io.holdpoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.cluster.Call.Answer;
import io.holdpoint.cluster.Call.Kind;
import io.holdpoint.cluster.Call.Outcome;
import io.holdpoint.cluster.Call.State;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.Endpoint;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Nodes to which every fault of their cluster happens, in turn, while nine clients interrupt,
 * resume and look, and one follows the events: what everybody saw is one history, in which every
 * token has one answer and every event is there once.
 */
final class ClusterRun {
  private static final int INSTANCES = 3;
  private static final int CLIENTS = 3;

  /** Nodes of an instance: more than a run gets done, because a task that ends is another story. */
  private static final int MANY = 50;

  /** A fault lasts until so many further calls were answered. */
  private static final int ANSWERS = 40;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final State STARTED = new State(false, 2);

  private ClusterRun() {}

  /** Clients that know all nodes and choose at random. */
  static List<Endpoint> directly(Cluster cluster) {
    return cluster.nodes().stream().map(node -> node.place().api()).toList();
  }

  /**
   * Everything that the seed says, and all that must hold afterwards.
   *
   * @param cluster is ready; nodes of another jar than the packaged one are upgraded at the end
   * @param endpoints where clients call: the nodes, or what is in front of them
   */
  static void run(Cluster cluster, List<Endpoint> endpoints, long seed, int faults)
      throws InterruptedException {
    TestDatabase database = cluster.database();
    String context = "holdpoint.seed=" + seed;
    Random random = new Random(seed);
    List<String> instances = started(new Operator(cluster.nodes().get(0).api()));
    Steering steering = new Steering(endpoints);
    StreamReader reader = new StreamReader(endpoints, new Random(random.nextLong()));
    Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
    List<Thread> clients = new ArrayList<>();
    for (String instance : instances) {
      for (int i = 0; i < CLIENTS; i++) {
        Random own = new Random(random.nextLong());
        clients.add(start(() -> steering.run(instance, own), "client-" + i, broken));
      }
    }
    Thread follower = start(reader::run, "follower", broken);
    try {
      disturb(cluster, steering, random, faults);
    } finally {
      steering.end();
    }
    for (Thread client : clients) {
      client.join(SOON.plusSeconds(30).toMillis());
      assertThat(client.isAlive()).as(context).isFalse();
    }

    assertThat(broken).as(context).isEmpty();
    assertThat(steering.strange).as(context).isEmpty();
    for (String instance : instances) {
      List<Call> calls = new ArrayList<>(steering.calls(instance));
      assertThat(calls).as(context).hasSizeGreaterThan(50);
      assertThat(calls).as(context).allMatch(call -> call.answer() != null);
      calls.addAll(holds(database, instance));
      assertThat(Linearizability.holds(calls, STARTED))
          .as("%s: %s, committed was %s", context, calls, transitions(database, instance))
          .isTrue();
    }
    assertThat(steering.secondAnswers).as(context).hasPositiveValue();
    HistoryCheck.holds(database, context);
    everyEventCameOnce(database, reader, context);
    reader.end();
    follower.join(SOON.toMillis());
    assertThat(broken).as(context).isEmpty();
  }

  private static void disturb(Cluster cluster, Steering steering, Random random, int faults) {
    List<Fault> left = new ArrayList<>();
    for (int i = 0; i < faults; i++) {
      if (left.isEmpty()) {
        left.addAll(cluster.faults());
        Collections.shuffle(left, random);
      }
      disturb(cluster, steering, left.remove(0), random);
    }
    for (ChildService node : cluster.nodes()) {
      if (!node.isPackaged()) {
        node.upgrade();
      }
    }
    answers(steering, ANSWERS, "after all faults");
  }

  private static List<String> started(Operator operator) {
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      String instance = createInstance(operator, MANY);
      definite(() -> operator.restart(instance));
      instances.add(instance);
    }
    Await.until(
        SOON,
        "all have begun",
        () ->
            instances.stream()
                .allMatch(
                    instance -> operator.task(instance).getString("state").equals("running")));
    for (String instance : instances) {
      assertThat(operator.task(instance).getLong("epoch")).isEqualTo(STARTED.epoch());
    }
    return instances;
  }

  /** As {@link Operator#createInstance}, on nodes that may have much to do. */
  static String createInstance(Operator operator, int nodes) {
    return definite(
            () -> operator.api().send("POST", "/openapi/logstashes", Operator.createBody(nodes)))
        .json()
        .getJsonObject("Result")
        .getString("instanceId");
  }

  /** Calls until the answer is another than that there is none now. */
  static Reply definite(Supplier<Reply> call) {
    AtomicReference<Reply> reply = new AtomicReference<>();
    Await.until(
        SOON,
        "a definite answer",
        () -> {
          reply.set(call.get());
          return reply.get().status() != HttpURLConnection.HTTP_UNAVAILABLE;
        });
    return reply.get();
  }

  /** What nobody called for; when it was is known by its epoch. */
  private static List<Call> holds(TestDatabase database, String instance) {
    return database
        .rows("SELECT epoch FROM events WHERE kind = 'held' AND instance_id = '" + instance + "'")
        .stream()
        .map(row -> new Answer(Outcome.APPLIED, ((Number) row.get("epoch")).longValue()))
        .map(answer -> new Call(Kind.HOLD, 0, Call.NEVER, answer))
        .toList();
  }

  private static List<Map<String, Object>> transitions(TestDatabase database, String instance) {
    return database.rows(
        "SELECT epoch, kind, request_id, principal, reason FROM events WHERE to_state IS NOT NULL"
            + " AND instance_id = '"
            + instance
            + "' ORDER BY sequence");
  }

  private static void disturb(Cluster cluster, Steering steering, Fault fault, Random random) {
    int node = random.nextInt(cluster.nodes().size());
    int more = 10 + random.nextInt(ANSWERS);
    Duration lasting = random.nextBoolean() ? cluster.longFault() : Duration.ZERO;
    long begun = System.nanoTime();
    fault.begin().accept(node);
    answers(steering, more, "while node " + node + " is " + fault);
    while (System.nanoTime() - begun < lasting.toNanos()) {
      answers(steering, 1, "while node " + node + " is still " + fault);
    }
    fault.end().accept(node);
    cluster.awaitWell(node);
  }

  private static void answers(Steering steering, int more, String when) {
    int wanted = steering.answered() + more;
    Await.until(
        SOON,
        more + " more answers " + when,
        () -> {
          assertThat(steering.strange).isEmpty();
          return steering.answered() >= wanted;
        });
  }

  private static void everyEventCameOnce(
      TestDatabase database, StreamReader reader, String context) {
    Await.until(
        SOON,
        "every event has its position",
        () ->
            database.count("SELECT count(*) FROM events")
                == database.count("SELECT count(*) FROM stream_entries"));
    // Workers go on: what is there by now is enough.
    long end = database.count("SELECT max(position) FROM stream_entries");
    Await.until(SOON, "the follower knows them all", () -> reader.position() >= end);
    assertThat(reader.positions().subList(0, (int) end))
        .as(context)
        .isEqualTo(LongStream.rangeClosed(1, end).boxed().toList());
    for (Map.Entry<String, List<Long>> task : reader.sequences().entrySet()) {
      assertThat(task.getValue())
          .as("%s, task %s", context, task.getKey())
          .isEqualTo(LongStream.rangeClosed(1, task.getValue().size()).boxed().toList());
    }
    assertThat(reader.connections()).as(context).isGreaterThan(1);
  }

  /**
   * @param broken takes what the work threw
   */
  private static Thread start(Runnable work, String name, Queue<Throwable> broken) {
    Thread thread = new Thread(work, name);
    thread.setUncaughtExceptionHandler((ended, failure) -> broken.add(failure));
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
