package io.holdpoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.BareEvent;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose event buses are one, and members that are no nodes. */
@ExtendWith(DatabaseExtension.class)
class ClusteredBusIT {
  /** Far less than the polls of these nodes: what is there by then came as a message. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final long ANSWERED_MILLIS = 2_900;

  /** Thousands within the time that a frozen member stays a member, each wave less than a queue. */
  private static final int WAVES = 8;

  private static final int WAVE = 500;
  private static final int BATCH = 256;
  private static final int QUEUE = 1_024;
  private static final String PUBLISHED = "ls-cn-published000";

  @TempDir static Path directory;
  private static TestDatabase database;
  private static ClusterKeyStore keys;
  private static ServiceFixture first;
  private static ServiceFixture second;

  @BeforeAll
  static void join(TestDatabase fresh) {
    database = fresh;
    keys = ClusterKeyStore.make(directory.resolve("cluster.p12"));
    first = ServiceFixture.start(database.runtimeUri(), keys.environment());
    second = ServiceFixture.start(database.runtimeUri(), keys.environment());
  }

  @AfterAll
  static void leave() {
    second.close();
    first.close();
    HistoryCheck.holds(database);
  }

  @Test
  void whatOneNodeCommitsTheOtherHearsOfAtOnce() {
    Queue<TaskEvent> heard = new ConcurrentLinkedQueue<>();
    Queue<StreamEntry> followed = new ConcurrentLinkedQueue<>();
    second.service().bus().onEvent(heard::add);
    second
        .service()
        .bus()
        .follow(
            "default",
            0,
            Duration.ofMinutes(1),
            entry -> {
              followed.add(entry);
              return Future.succeededFuture();
            });
    String instance = changing(first);
    assertThat(first.interrupt(instance, token()).result()).isEqualTo(true);

    Await.until(
        SOON,
        "the other node heard of the interrupt",
        () -> heard.stream().anyMatch(event -> isInterruptOf(event, instance)));
    Await.until(
        SOON,
        "a follower on the other node was told that there is more",
        () -> followed.stream().anyMatch(entry -> isInterruptOf(entry.event(), instance)));
  }

  private static boolean isInterruptOf(TaskEvent event, String instance) {
    return event.instanceId().equals(instance) && event.kind().text().equals("interrupted");
  }

  @Test
  void verticleOfAnotherJvmSeesEveryEventOnceAlsoWhenItWasKilled() {
    List<String> said = new ArrayList<>();
    String uri = uriOfMember();
    for (int round = 0; round < 2; round++) {
      long known = said.size();
      try (MemberProcess member = MemberProcess.follower(uri, keys, known)) {
        String instance = changing(round == 0 ? first : second);
        assertThat(first.interrupt(instance, token()).result()).isEqualTo(true);
        Await.until(
            Duration.ofSeconds(90),
            "it has seen all",
            () -> {
              assertThat(member.isAlive()).isTrue();
              return member.position() > known
                  && member.position()
                      >= database.count("SELECT count(*) FROM events WHERE account_id = 'default'");
            });
        member.close();
        said.addAll(member.lines());
      }
    }

    assertThat(said.stream().map(line -> Long.parseLong(line.split(" ")[0])))
        .containsExactlyElementsOf(fromTo(1, said.size()));
    Map<String, Long> sequences = new HashMap<>();
    for (String line : said) {
      String[] words = line.split(" ");
      assertThat(sequences.merge(words[1], 1L, Long::sum))
          .as("the next of task " + words[1])
          .isEqualTo(Long.parseLong(words[2]));
    }
  }

  /** A login that may do nothing but find the others. */
  private static String uriOfMember() {
    database.execute("DROP ROLE IF EXISTS stream_member");
    database.execute("CREATE ROLE stream_member LOGIN PASSWORD 'member' IN ROLE holdpoint_member");
    return database.runtimeUri().replaceFirst("//[^@]*@", "//stream_member:member@");
  }

  @InSoak
  @Test
  void memberThatIsFrozenCostsABoundAndTheOthersNoEvent() throws Exception {
    Queue<Long> heard = new ConcurrentLinkedQueue<>();
    second.service().bus().onEvent(event -> addPublished(event, heard));
    try (MemberProcess third = MemberProcess.listener(database.runtimeUri(), keys)) {
      long met = publishUntilHeard(third, 0);
      double droppedBefore = metric(first, "holdpoint_cluster_hints_dropped_total");
      long last = met;
      signal("STOP", third.pid());
      try {
        for (int wave = 0; wave < WAVES; wave++) {
          last = publish(last, WAVE);
          long end = last;
          Await.until(SOON, "the other node heard up to " + end, () -> heard.contains(end));
        }
        assertThat(metric(first, "holdpoint_cluster_hints_dropped_total") - droppedBefore)
            .as("all but a batch and what may wait behind it")
            .isGreaterThanOrEqualTo(WAVES * WAVE - BATCH - QUEUE);
      } finally {
        signal("CONT", third.pid());
      }
      assertThat(heard.stream().filter(number -> number > met))
          .containsExactlyElementsOf(fromTo(met + 1, last));

      publishUntilHeard(third, last);

      assertThat(third.lines().stream().map(Long::parseLong)).isSorted().doesNotHaveDuplicates();
    }
  }

  private static long publishUntilHeard(MemberProcess member, long last) {
    AtomicLong published = new AtomicLong(last);
    Await.until(
        SOON,
        "it hears of an event behind " + last,
        () -> {
          published.set(publish(published.get(), 1));
          return member.lines().stream().anyMatch(line -> Long.parseLong(line) > last);
        });
    return published.get();
  }

  /** Makes the first node say that so many events were committed, numbered on; the last number. */
  private static long publish(long last, int count) {
    for (long number = last + 1; number <= last + count; number++) {
      first.service().bus().publish(BareEvent.of(PUBLISHED, number, EventKind.QUIESCED));
    }
    return last + count;
  }

  private static void addPublished(TaskEvent event, Queue<Long> numbers) {
    if (event.instanceId().equals(PUBLISHED)) {
      numbers.add(event.sequence());
    }
  }

  private static List<Long> fromTo(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @InSoak
  @Test
  void memberThatIsFrozenOrKilledCostsNoCommandAnything() throws Exception {
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      instances.add(changing(first));
    }
    try (ChildService third = ChildService.start(database, keys.environment())) {
      Await.until(SOON, "three members", () -> members(first) == 3);
      allAreInterrupted(instances.subList(0, 1));
      signal("STOP", third);
      try {
        allAreInterrupted(instances.subList(1, 2));
      } finally {
        signal("CONT", third);
      }
      third.kill();
      allAreInterrupted(instances.subList(2, 3));
    }
    Await.until(SOON, "it is a member no more", () -> members(first) == 2);
  }

  private static void allAreInterrupted(List<String> instances) throws Exception {
    for (String instance : instances) {
      for (ServiceFixture node : List.of(first, second)) {
        Reply reply =
            node.api()
                .postAsync(Operator.steer(instance, "interrupt", token()))
                .get(ANSWERED_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(reply.result()).as(reply.body()).isEqualTo(true);
      }
    }
  }

  private static void signal(String name, ChildService service) throws Exception {
    signal(name, service.child().process().pid());
  }

  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  private static double members(ServiceFixture node) {
    return metric(node, "holdpoint_cluster_members");
  }

  private static double metric(ServiceFixture node, String name) {
    return new ApiClient(node.service().managementPort()).metric(name);
  }

  private static String changing(ServiceFixture node) {
    String instance = node.createInstance(50);
    assertThat(node.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }
}
