package io.holdpoint.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.SteerStore;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Direction;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Nonce;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.task.Ticket;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Copies of signed requests at the database: the same one gets the first answer and does nothing,
 * an altered one is refused. Each alone, and in a batch among others.
 */
@ExtendWith(DatabaseExtension.class)
class SignedSteerIT {
  private static final String NO_TOKEN = "";
  private static final Situation RUNNING =
      new Situation(TaskState.RUNNING, Direction.FORWARD, false, null);

  private static StorePools pools;
  private static SteerStore steers;
  private static TestDatabase database;
  private static TaskRows rows;

  @BeforeAll
  static void open(TestDatabase fresh) {
    database = fresh;
    rows = new TaskRows(fresh);
    pools = new StorePools(fresh);
    steers = new SteerStore(pools.vertx(), pools.database());
  }

  @AfterAll
  static void close() {
    pools.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void copyIsAnsweredFromMemoryAndNeverSuspendsAgain(int batch) throws Exception {
    String instance = rows.instance(RUNNING);
    Nonce nonce = nonce();
    Outcome first = apply(batch, interrupt(instance, NO_TOKEN, nonce));
    assertThat(first.kind()).isEqualTo(Kind.APPLIED);
    assertThat(apply(batch, resume(instance, nonce())).kind()).isEqualTo(Kind.APPLIED);

    Outcome copy = apply(batch, interrupt(instance, NO_TOKEN, nonce));

    assertThat(copy.kind()).isEqualTo(Kind.REPLAYED);
    assertThat(copy.result()).isEqualTo("true");
    assertThat(copy.taskId()).isEqualTo(first.taskId());
    assertThat(copy.epoch()).isEqualTo(first.epoch());
    assertThat(state(instance)).isEqualTo("running");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void usedNonceWithAnythingChangedIsRefusedBeforeItsToken(int batch) throws Exception {
    String instance = rows.instance(RUNNING);
    Nonce nonce = nonce();
    apply(batch, interrupt(instance, "token-" + nonce.id(), nonce));
    apply(batch, resume(instance, nonce()));
    Nonce altered = new Nonce(nonce.id(), UUID.randomUUID());

    assertThat(apply(batch, interrupt(instance, NO_TOKEN, altered)).kind())
        .isEqualTo(Kind.NONCE_USED);
    assertThat(apply(batch, interrupt(instance, "token-" + nonce.id(), altered)).kind())
        .isEqualTo(Kind.NONCE_USED);
    assertThat(state(instance)).isEqualTo("running");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void refusalUsesUpTheNonceAndNotTheToken(int batch) throws Exception {
    String instance = "ls-cn-" + UUID.randomUUID().toString().substring(0, 8);
    String token = "token-" + UUID.randomUUID();
    Nonce nonce = nonce();
    assertThat(apply(batch, interrupt(instance, token, nonce)).kind()).isEqualTo(Kind.NOT_FOUND);
    database.execute(
        "INSERT INTO instances (account_id, instance_id, version, description, node_amount,"
            + " specification) VALUES ('default', '"
            + instance
            + "', '7.4.0', 'x', 2, '{}')");
    rows.task(instance, RUNNING);

    assertThat(apply(batch, interrupt(instance, token, nonce)).kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(apply(batch, interrupt(instance, token, nonce())).kind()).isEqualTo(Kind.APPLIED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void repeatOfATokenUsesUpItsOwnNonce(int batch) throws Exception {
    String instance = rows.instance(RUNNING);
    String token = "token-" + UUID.randomUUID();
    apply(batch, interrupt(instance, token, nonce()));
    Nonce second = nonce();
    Outcome repeat = apply(batch, interrupt(instance, token, second));
    assertThat(repeat.kind()).isEqualTo(Kind.REPLAYED);

    Outcome copy = apply(batch, interrupt(instance, token, second));
    Outcome altered =
        apply(batch, interrupt(instance, NO_TOKEN, new Nonce(second.id(), UUID.randomUUID())));

    assertThat(copy.kind()).isEqualTo(Kind.REPLAYED);
    assertThat(copy.originalRequestId()).isEqualTo(repeat.originalRequestId());
    assertThat(altered.kind()).isEqualTo(Kind.NONCE_USED);
  }

  private static Nonce nonce() {
    return new Nonce(UUID.randomUUID(), UUID.randomUUID());
  }

  private static Steer interrupt(String instance, String token, Nonce nonce) {
    return steer(Operation.INTERRUPT, instance, token, nonce);
  }

  private static Steer resume(String instance, Nonce nonce) {
    return steer(Operation.RESUME, instance, NO_TOKEN, nonce);
  }

  private static Steer steer(Operation operation, String instance, String token, Nonce nonce) {
    UUID requestId = UUID.randomUUID();
    Ticket ticket =
        new Ticket(
            "default",
            token.isEmpty() ? Ticket.internalToken(requestId) : token,
            requestId,
            Fingerprint.of(operation, instance, InterruptMode.FINISH_STEP.text()),
            "test",
            null,
            nonce,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
    return new Steer(operation, ticket, instance, InterruptMode.FINISH_STEP);
  }

  /** Among so many: the others are for other instances, signed and not. */
  private static Outcome apply(int size, Steer command) throws Exception {
    List<Steer> batch = new ArrayList<>(List.of(command));
    for (int i = 1; i < size; i++) {
      Steer other = steer(command.operation(), rows.instance(RUNNING), NO_TOKEN, nonce());
      batch.add(i % 2 == 0 ? other : unsigned(other));
    }
    return steers
        .apply(command.operation(), batch, 5_000)
        .toCompletionStage()
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS)
        .get(0)
        .outcome();
  }

  private static Steer unsigned(Steer signed) {
    Ticket ticket = signed.ticket();
    return new Steer(
        signed.operation(),
        new Ticket(
            ticket.accountId(),
            ticket.clientToken(),
            ticket.requestId(),
            ticket.fingerprint(),
            ticket.principal(),
            ticket.reason(),
            ticket.deadlineNanos()),
        signed.instanceId(),
        signed.mode());
  }

  private static String state(String instance) {
    return database.text("SELECT state FROM tasks WHERE instance_id = '" + instance + "'");
  }
}
