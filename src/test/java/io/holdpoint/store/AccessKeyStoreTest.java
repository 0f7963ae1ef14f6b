package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.store.AccessKeyLookUp.Found;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What is kept of keys, for how long, and what is said when nobody knows. */
class AccessKeyStoreTest {
  private final Map<String, AccessKey> table = new HashMap<>();
  private final List<List<String>> statements = new ArrayList<>();
  private final ArrayDeque<Promise<Void>> pauses = new ArrayDeque<>();
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private boolean away;
  private boolean holding;
  private Set<String> shut = Set.of();
  private long nanos;

  private final AccessKeyStore store = new AccessKeyStore(this::read, this::pause, () -> nanos);

  private Future<Found> read(List<String> ids) {
    statements.add(ids);
    Promise<Found> answer = Promise.promise();
    Map<String, AccessKey> rows = new HashMap<>(table);
    rows.keySet().retainAll(ids);
    Runnable reply =
        away
            ? () -> answer.tryFail(StoreException.unknown("no database"))
            : () -> answer.tryComplete(new Found(rows, shut));
    if (holding) {
      held.add(reply);
    } else {
      reply.run();
    }
    return answer.future();
  }

  private Future<Void> pause(long millis) {
    assertThat(millis).isEqualTo(1_000);
    Promise<Void> over = Promise.promise();
    pauses.add(over);
    return over.future();
  }

  private CompletableFuture<Optional<AccessKey>> find(String id) {
    return store.find(id).toCompletableFuture();
  }

  private void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static AccessKey key(String id, boolean active) {
    return new AccessKey("default", id, "deploy", active, new byte[] {1, 2}, List.of(), null);
  }

  @Test
  void aKeptKeyIsGivenAtOnceWithoutAStatement() {
    table.put("K", key("K", true));
    AccessKey first = find("K").join().orElseThrow();
    pass(999);

    CompletableFuture<Optional<AccessKey>> again = find("K");

    assertThat(again).isDone();
    assertThat(again.join().orElseThrow()).isSameAs(first);
    assertThat(statements).hasSize(1);
  }

  @Test
  void aDisabledKeyDiesWithinThreeSecondsOfItsStatement() {
    table.put("K", key("K", true));
    holding = true;
    CompletableFuture<Optional<AccessKey>> slow = find("K");
    table.put("K", key("K", false));
    pass(999);
    held.remove().run();
    holding = false;
    assertThat(slow.join().orElseThrow().active()).as("read before it was disabled").isTrue();
    pass(2_000);

    assertThat(find("K").join().orElseThrow().active()).isFalse();
    assertThat(AccessKeyStore.OLDEST).hasSeconds(3);
  }

  @Test
  void aKeyInUseIsReadAgainInTheBackground() {
    table.put("K", key("K", true));
    find("K").join();
    table.put("K", key("K", false));
    pass(1_001);
    holding = true;

    assertThat(find("K").join().orElseThrow().active()).as("nobody waits").isTrue();
    assertThat(find("K").join().orElseThrow().active()).isTrue();
    assertThat(statements).as("one again, not one for each call").hasSize(2);
    held.remove().run();

    assertThat(find("K").join().orElseThrow().active()).isFalse();
    assertThat(statements).hasSize(2);
  }

  @Test
  void aKeyThatDidNotChangeStaysTheSameObject() {
    table.put("K", key("K", true));
    AccessKey first = find("K").join().orElseThrow();
    table.put("K", key("K", true));
    for (int i = 0; i < 20; i++) {
      pass(1_001);
      assertThat(find("K").join().orElseThrow()).isSameAs(first);
    }
    assertThat(statements.size()).isGreaterThan(10);
  }

  @Test
  void anUnknownKeyIsKeptAndBecomesKnown() {
    assertThat(find("K").join()).isEmpty();
    table.put("K", key("K", true));
    pass(999);
    assertThat(find("K").join()).isEmpty();
    assertThat(statements).hasSize(1);
    pass(1_002);

    assertThat(find("K").join()).isPresent();
  }

  @Test
  void anIdThatNoKeyCanHaveCostsNoStatement() {
    for (String id : new String[] {"", "a b", "x".repeat(65), "'; --", "\0"}) {
      assertThat(find(id).join()).isEmpty();
    }
    assertThat(statements).isEmpty();
  }

  @Test
  void withoutADatabaseAKeptKeyEndsAtItsTimeAndTheAnswerIsAFailure() {
    table.put("K", key("K", true));
    find("K").join();
    away = true;
    pass(1_500);
    assertThat(find("K").join()).as("the refresh failed, its time is not over").isPresent();
    pass(501);

    assertThat(find("K")).failsWithin(0, TimeUnit.SECONDS);
    assertThat(find("never seen")).isDone();
    assertThat(find("unseen")).failsWithin(0, TimeUnit.SECONDS);
    away = false;
    assertThat(find("K").join()).as("a failure is not kept").isPresent();
  }

  @Test
  void oneLoadIsInFlightForAKey() {
    table.put("K", key("K", true));
    holding = true;
    List<CompletableFuture<Optional<AccessKey>>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(find("K"));
    }
    assertThat(statements).hasSize(1);

    held.remove().run();

    assertThat(all).allSatisfy(found -> assertThat(found.join()).isPresent());
    assertThat(statements).hasSize(1);
  }

  @Test
  void idsThatQueueBehindAStatementGoTogether() {
    holding = true;
    CompletableFuture<Optional<AccessKey>> first = find("first");
    List<CompletableFuture<Optional<AccessKey>>> flood = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      flood.add(find("invented-" + i));
    }
    table.put("K", key("K", true));
    assertThat(statements).hasSize(1);
    assertThat(flood.subList(4_096, 5_000))
        .as("the queue is full")
        .allMatch(f -> f.isCompletedExceptionally());

    holding = false;
    held.remove().run();

    assertThat(first.join()).isEmpty();
    assertThat(statements).hasSize(17).allMatch(ids -> ids.size() <= 256);
    assertThat(flood.subList(0, 4_096)).allSatisfy(found -> assertThat(found.join()).isEmpty());
    assertThat(find("K").join()).isPresent();
  }

  @Test
  void aSilentStatementFailsAllThatWaitAndHoldsUpNobodyAfter() {
    table.put("K", key("K", true));
    holding = true;
    CompletableFuture<Optional<AccessKey>> silent = find("K");
    CompletableFuture<Optional<AccessKey>> behind = find("L");
    holding = false;
    pauses.remove().complete();

    assertThat(silent)
        .failsWithin(0, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
    assertThat(behind).isCompletedExceptionally();
    assertThat(find("K").join()).as("on another connection").isPresent();
    held.remove().run();
    assertThat(find("L").join()).isEmpty();
  }

  @Test
  void aSecretThatCannotBeOpenedIsAFailureForItsKeyAlone() {
    table.put("K", key("K", true));
    shut = Set.of("S");

    assertThat(find("S")).isCompletedExceptionally();
    assertThat(find("K").join()).isPresent();
  }

  /** It would print a stack trace for each. */
  @Test
  void theCacheLogsNoFailure() {
    List<LogRecord> logged = new ArrayList<>();
    Logger cache = Logger.getLogger("com.github.benmanes.caffeine");
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    cache.addHandler(handler);
    try {
      withoutADatabaseAKeptKeyEndsAtItsTimeAndTheAnswerIsAFailure();
    } finally {
      cache.removeHandler(handler);
    }
    assertThat(logged).isEmpty();
  }
}
