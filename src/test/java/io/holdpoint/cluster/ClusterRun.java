package io.holdpoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.cluster.Call.Answer;
import io.holdpoint.cluster.Call.Kind;
import io.holdpoint.cluster.Call.Outcome;
import io.holdpoint.cluster.Call.State;
import io.holdpoint.cluster.Cluster.Fault;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Three nodes that are killed, frozen, cut off from the database and disconnected from it, in turn,
 * while nine clients interrupt, resume and look, and one follows the events: what everybody saw is
 * one history, in which every token has one answer and every event is there once.
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
  static List<Integer> directly(List<ChildService> nodes) {
    return nodes.stream().map(ChildService::port).toList();
  }

  /**
   * Everything that the seed says, and all that must hold afterwards.
   *
   * @param first the jar of the first node; when it is another than the others', that node is
   *     upgraded at the end
   * @param front the ports that clients call, of the nodes or of what is in front of them
   */
  static void run(
      TestDatabase database,
      Path first,
      Function<List<ChildService>, List<Integer>> front,
      long seed,
      int faults)
      throws InterruptedException {
    String context = "holdpoint.seed=" + seed;
    Random random = new Random(seed);
    List<Path> jars = List.of(first, ChildProcess.jar(), ChildProcess.jar());
    try (Cluster cluster = new Cluster(database, jars)) {
      List<Integer> ports = front.apply(cluster.nodes());
      List<String> instances = started(new Operator(cluster.node(0).api()));
      Steering steering = new Steering(ports);
      StreamReader reader = new StreamReader(ports, new Random(random.nextLong()));
      List<Thread> clients = new ArrayList<>();
      for (String instance : instances) {
        for (int i = 0; i < CLIENTS; i++) {
          Random own = new Random(random.nextLong());
          clients.add(start(() -> steering.run(instance, own), "client-" + i));
        }
      }
      Thread follower = start(reader::run, "follower");

      List<Fault> kinds = new ArrayList<>();
      for (int i = 0; i < faults; i++) {
        if (kinds.isEmpty()) {
          kinds.addAll(List.of(Fault.values()));
          Collections.shuffle(kinds, random);
        }
        disturb(cluster, steering, kinds.remove(0), random);
      }
      if (!first.equals(ChildProcess.jar())) {
        cluster.node(0).upgrade();
      }
      answers(steering, ANSWERS, "after all faults");
      steering.end();
      for (Thread client : clients) {
        client.join(SOON.plusSeconds(30).toMillis());
        assertThat(client.isAlive()).as(context).isFalse();
      }

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
    }
  }

  private static List<String> started(Operator operator) {
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      String instance = operator.createInstance(MANY);
      operator.restart(instance);
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
    int node = random.nextInt(cluster.size());
    cluster.begin(fault, node);
    answers(steering, 10 + random.nextInt(ANSWERS), "while node " + node + " is " + fault);
    cluster.end(fault, node);
    Await.until(SOON, "node " + node + " is ready after " + fault, cluster.node(node)::ready);
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

  private static Thread start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
