package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The link to the database fails while a command is under way. */
@ExtendWith(DatabaseExtension.class)
class LostReplyIT {
  /** The deadline is 2 s, some clients give up at 3. */
  private static final Duration ANSWERED = Duration.ofMillis(2_900);

  private static final Duration HEALED = Duration.ofSeconds(10);

  private static TestDatabase database;
  private static FaultProxy proxy;
  private static ServiceFixture service;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    proxy = new FaultProxy(fresh.port());
    service =
        ServiceFixture.start(fresh.runtimeUriAt(proxy.port()), Map.of("HOLDPOINT_WORKER", "off"));
  }

  @AfterAll
  static void stop() {
    service.close();
    proxy.close();
  }

  @AfterEach
  void heal() {
    proxy.pass();
    HistoryCheck.holds(database);
  }

  @Test
  void interruptWhoseCommitReplyIsLostIsAnsweredWithItsOneEffect() {
    String instance = changing();
    String token = token();
    proxy.loseReplyOnce(token);

    Reply reply = service.interrupt(instance, token);

    assertThat(proxy.lost()).isPositive();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.result()).isEqualTo(true);
    assertThat(reply.header("Idempotency-Replayed")).isEmpty();
    assertThat(events(instance)).containsExactly("created", "interrupted");
    assertThat(service.interrupt(instance, token).header("Idempotency-Replayed")).isEqualTo("true");
  }

  @Test
  void batchWhoseCommitReplyIsLostIsAnsweredWithOneEffectEach() throws Exception {
    List<String> instances = new ArrayList<>();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    String token = token();
    int lostBefore = proxy.lost();
    proxy.loseReplyOnce(token);
    for (int i = 0; i < 40; i++) {
      instances.add(changing());
    }
    proxy.delay(Duration.ofMillis(20));
    for (String instance : instances) {
      replies.add(interruptAsync(instance, token + "-" + instance));
    }

    for (CompletableFuture<Reply> reply : replies) {
      assertThat(reply.get(5, TimeUnit.SECONDS).result()).isEqualTo(true);
    }
    assertThat(proxy.lost()).isEqualTo(lostBefore + 1);
    for (String instance : instances) {
      assertThat(events(instance)).containsExactly("created", "interrupted");
    }
  }

  @Test
  void silentDatabaseIsA503WithinTheDeadlineAndTheTokenTellsLater() throws Exception {
    String instance = changing();
    String token = token();
    service.interrupt(changing(), token());
    proxy.blackHole();

    CompletableFuture<Reply> command = interruptAsync(instance, token);
    CompletableFuture<Reply> read =
        CompletableFuture.supplyAsync(
            () -> service.api().get("/v1/instances/" + instance + "/task"));
    assertUnavailable(command);
    assertUnavailable(read);
    proxy.pass();

    Reply later = definite(instance, token);
    assertThat(later.result()).isEqualTo(true);
    assertThat(events(instance)).containsExactly("created", "interrupted");
    assertThat(service.interrupt(instance, token).result()).isEqualTo(true);
  }

  @Test
  void silenceThatEndsInTimeIsNotEvenNoticed() throws Exception {
    String instance = changing();
    String token = token();
    service.interrupt(changing(), token());
    proxy.blackHole();
    CompletableFuture<Reply> reply = interruptAsync(instance, token);
    Await.until(ANSWERED, "the statement was sent", () -> proxy.held() > 0);
    assertThat(reply).isNotDone();
    proxy.pass();

    assertThat(reply.get(5, TimeUnit.SECONDS).result()).isEqualTo(true);
    assertThat(events(instance)).containsExactly("created", "interrupted");
  }

  @Test
  void connectionsThatAreResetAreReplacedAtOnce() {
    for (int round = 0; round < 5; round++) {
      String instance = changing();
      proxy.cut();
      Reply reply = service.interrupt(instance, token());
      assertThat(reply.result()).as(reply.body()).isEqualTo(true);
      assertThat(events(instance)).containsExactly("created", "interrupted");
    }
  }

  /** An instance with a task that waits for a worker: there is none. */
  private static String changing() {
    String instance = service.createInstance(2);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }

  private static CompletableFuture<Reply> interruptAsync(String instance, String token) {
    return service.api().postAsync(Operator.steer(instance, "interrupt", token));
  }

  private static void assertUnavailable(CompletableFuture<Reply> answer) throws Exception {
    Reply reply = answer.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(reply.status()).as(reply.body()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("ServiceUnavailable");
    assertThat(reply.header("x-acs-retry-after")).isNotEmpty();
  }

  /** As a client does that got no definite answer: the same token until there is one. */
  private static Reply definite(String instance, String token) {
    List<Reply> last = new ArrayList<>();
    Await.until(
        HEALED,
        "a definite answer",
        () -> {
          Reply reply = service.interrupt(instance, token);
          last.add(0, reply);
          return reply.status() == 200;
        });
    return last.get(0);
  }

  private static List<Object> events(String instance) {
    return database
        .rows("SELECT kind FROM events WHERE instance_id = '" + instance + "' ORDER BY sequence")
        .stream()
        .map(row -> row.get("kind"))
        .toList();
  }
}
