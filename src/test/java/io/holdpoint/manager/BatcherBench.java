package io.holdpoint.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.CommandConfig;
import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Nonce;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Ticket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A batcher over a database that a test plays by hand, with a clock that only pauses move. */
final class BatcherBench {
  static final UUID TASK = new UUID(0, 7);
  static final long DEADLINE_MILLIS = 2_000;

  /** Pauses pass at once; only a wait for a deadline is as long as this. */
  private static final long LONG_MILLIS = 500;

  final List<List<String>> sent = new ArrayList<>();
  final List<Operation> operations = new ArrayList<>();
  final List<Long> pauses = new ArrayList<>();
  final List<TaskEvent> published = new ArrayList<>();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final Batcher batcher;
  private final ArrayDeque<Statement> inFlight = new ArrayDeque<>();
  private final List<Deadline> deadlines = new ArrayList<>();
  private @Nullable Function<List<Steer>, Future<List<Applied>>> database;
  private long nanos = 1;

  private record Deadline(long nanos, Promise<Void> promise) {}

  private record Statement(List<Steer> batch, Promise<List<Applied>> promise) {}

  BatcherBench() {
    this(1_000, 8 << 20, 256);
  }

  BatcherBench(int maxWaiting, long maxWaitingBytes, int maxBatch) {
    CommandConfig config =
        new CommandConfig(
            Duration.ofMillis(DEADLINE_MILLIS),
            maxWaiting,
            maxWaitingBytes,
            maxBatch,
            Duration.ofDays(7),
            Duration.ofMinutes(1),
            2_000);
    ManagerMetrics metrics = new ManagerMetrics(registry);
    BatchRun run = new BatchRun(this::apply, published::add, this::pause, () -> nanos, metrics);
    batcher = new Batcher(config, run, metrics, () -> nanos);
  }

  private Future<List<Applied>> apply(Operation operation, List<Steer> batch) {
    operations.add(operation);
    sent.add(batch.stream().map(command -> command.ticket().clientToken()).toList());
    if (database != null) {
      return database.apply(batch);
    }
    Promise<List<Applied>> promise = Promise.promise();
    inFlight.add(new Statement(batch, promise));
    return promise.future();
  }

  private Future<Void> pause(long millis) {
    if (millis >= LONG_MILLIS) {
      Deadline deadline =
          new Deadline(nanos + TimeUnit.MILLISECONDS.toNanos(millis), Promise.promise());
      deadlines.add(deadline);
      return deadline.promise().future();
    }
    pauses.add(millis);
    pass(millis);
    return Future.succeededFuture();
  }

  /** Deadlines that are over by then are told so. */
  void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    List<Deadline> over = deadlines.stream().filter(next -> next.nanos() <= nanos).toList();
    deadlines.removeAll(over);
    over.forEach(deadline -> deadline.promise().complete());
  }

  /** From now on the database answers by itself. */
  void database(Function<List<Steer>, Future<List<Applied>>> answers) {
    database = answers;
  }

  Future<Outcome> submit(Steer command) {
    return batcher.submit(command);
  }

  /** The statement in flight commits, and everybody gets this kind of outcome. */
  void succeed(Kind kind) {
    Statement statement = inFlight.remove();
    statement.promise().complete(outcomes(statement.batch(), kind));
  }

  void succeedAll() {
    while (!inFlight.isEmpty()) {
      succeed(Kind.APPLIED);
    }
  }

  void fail(Throwable failure) {
    inFlight.remove().promise().fail(failure);
  }

  static List<Applied> outcomes(List<Steer> batch, Kind kind) {
    return batch.stream().map(command -> applied(command, kind)).toList();
  }

  private static Applied applied(Steer command, Kind kind) {
    Outcome outcome =
        kind.recorded() ? new Outcome(kind, "true", TASK, 3, null, null) : Outcome.of(kind);
    return new Applied(outcome, kind == Kind.APPLIED ? event(command) : null);
  }

  private static TaskEvent event(Steer command) {
    return new TaskEvent(
        command.ticket().accountId(),
        command.instanceId(),
        TASK,
        4,
        EventKind.INTERRUPTED,
        TaskState.RUNNING,
        TaskState.SUSPENDED,
        3,
        0,
        null,
        null,
        command.ticket().requestId(),
        "a test",
        null,
        command.mode(),
        Instant.EPOCH);
  }

  Steer interrupt(String token) {
    return command(Operation.INTERRUPT, "default", "ls-" + token, token, null);
  }

  Steer resume(String token) {
    return command(Operation.RESUME, "default", "ls-" + token, token, null);
  }

  /** The deadline counts from now. */
  Steer command(
      Operation operation, String account, String instance, String token, @Nullable String reason) {
    Ticket ticket =
        new Ticket(
            account,
            token,
            UUID.randomUUID(),
            Fingerprint.of(operation, instance),
            "a test",
            reason,
            nanos + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS));
    return new Steer(operation, ticket, instance, InterruptMode.NOW);
  }

  /** As {@code command}, signed with this nonce; another digest is another request. */
  static Steer signed(Steer command, Nonce nonce) {
    Ticket ticket = command.ticket();
    Ticket signed =
        new Ticket(
            ticket.accountId(),
            ticket.clientToken(),
            UUID.randomUUID(),
            ticket.fingerprint(),
            ticket.principal(),
            ticket.reason(),
            nonce,
            ticket.deadlineNanos());
    return new Steer(command.operation(), signed, command.instanceId(), command.mode());
  }

  static StoreException conflict() {
    return sqlState("23505");
  }

  static StoreException rolledBack() {
    return sqlState("55P03");
  }

  static StoreException broken() {
    return sqlState("42601");
  }

  static StoreException unknown() {
    return StoreException.of(new IOException("connection reset"));
  }

  private static StoreException sqlState(String code) {
    return StoreException.of(new PgException("played by a test", "ERROR", code, ""));
  }

  double overloaded(Operation operation) {
    return registry
        .get("holdpoint.commands.overloaded")
        .tag("operation", operation.apiName())
        .counter()
        .count();
  }

  /** What every test ends with: no room stays taken by somebody who was answered. */
  void assertNobodyWaits() {
    assertThat(registry.get("holdpoint.commands.waiting").gauge().value()).isZero();
    assertThat(registry.get("holdpoint.commands.waiting.bytes").gauge().value()).isZero();
  }
}
