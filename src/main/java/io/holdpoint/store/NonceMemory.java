package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Nonce;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.function.Function;

/**
 * Runs a rare command once per signed request: the work is done and its answer kept with the nonce
 * in one transaction. The very same request again gets that answer, refusals included; another one
 * with the nonce is refused. An indefinite answer takes everything back, and so does another
 * request that kept the nonce first: run again, this one finds that answer.
 */
final class NonceMemory {
  private static final String FIND_NONCE = statement("find_nonce");
  private static final String KEEP_NONCE = statement("keep_nonce");
  private static final String FORCE_COMMIT = statement("force_commit");

  private final Database database;

  NonceMemory(Database database) {
    this.database = database;
  }

  /** As {@link #once(Ticket, Function, Function, Function)}, of work that is its own outcome. */
  Future<Outcome> once(Ticket ticket, Function<SqlConnection, Future<Outcome>> work) {
    return once(ticket, work, Function.identity(), Function.identity());
  }

  /**
   * Futures fail with a {@link StoreException}; nothing was changed then, or nobody knows.
   *
   * @param work always within a transaction
   * @param outcome what the work came to; {@link Kind#UNAVAILABLE} takes it back
   * @param remembered the answer to an earlier request, as the work would give it
   */
  <T> Future<T> once(
      Ticket ticket,
      Function<SqlConnection, Future<T>> work,
      Function<T, Outcome> outcome,
      Function<Outcome, T> remembered) {
    Nonce nonce = ticket.nonce();
    return database
        .questions()
        .withConnection(
            connection ->
                connection
                    .begin()
                    .compose(
                        transaction -> {
                          Future<T> done =
                              nonce == null
                                  ? work.apply(connection)
                                  : unlessAnswered(
                                      connection, ticket, nonce, work, outcome, remembered);
                          return end(transaction, durable(connection, done, outcome), outcome);
                        }))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private static <T> Future<T> unlessAnswered(
      SqlConnection connection,
      Ticket ticket,
      Nonce nonce,
      Function<SqlConnection, Future<T>> work,
      Function<T, Outcome> outcome,
      Function<Outcome, T> remembered) {
    return connection
        .preparedQuery(FIND_NONCE)
        .execute(Tuple.of(ticket.accountId(), nonce.id(), nonce.requestDigest()))
        .compose(
            rows ->
                rows.size() > 0
                    ? Future.succeededFuture(
                        remembered.apply(Outcomes.read(rows.iterator().next())))
                    : work.apply(connection)
                        .compose(
                            result ->
                                keep(connection, ticket, nonce, outcome.apply(result))
                                    .map(result)));
  }

  private static Future<?> keep(
      SqlConnection connection, Ticket ticket, Nonce nonce, Outcome outcome) {
    if (!definite(outcome)) {
      return Future.succeededFuture();
    }
    String result = outcome.kind().recorded() ? resultOf(outcome) : null;
    Tuple arguments =
        Tuple.of(ticket.accountId(), nonce.id(), nonce.requestDigest())
            .addBuffer(Buffer.buffer(ticket.fingerprint()))
            .addUUID(ticket.requestId())
            .addString(result)
            .addString(result == null ? Outcomes.refusal(outcome) : null)
            .addUUID(outcome.taskId())
            .addLong(outcome.epoch());
    return connection.preparedQuery(KEEP_NONCE).execute(arguments);
  }

  private static String resultOf(Outcome outcome) {
    String result = outcome.result();
    return result == null ? "true" : result;
  }

  /** What is only repeated has nothing of its own to commit, and so would not wait for it. */
  private static <T> Future<T> durable(
      SqlConnection connection, Future<T> done, Function<T, Outcome> outcome) {
    return done.compose(
        result ->
            outcome.apply(result).kind() == Kind.REPLAYED
                ? connection.preparedQuery(FORCE_COMMIT).execute().map(result)
                : Future.succeededFuture(result));
  }

  private static <T> Future<T> end(
      Transaction transaction, Future<T> done, Function<T, Outcome> outcome) {
    return done.transform(
        ended -> {
          if (ended.failed()) {
            return transaction.rollback().transform(back -> Future.failedFuture(ended.cause()));
          }
          T result = ended.result();
          return definite(outcome.apply(result))
              ? transaction.commit().map(result)
              : transaction.rollback().map(result);
        });
  }

  private static boolean definite(Outcome outcome) {
    return outcome.kind() != Kind.UNAVAILABLE;
  }
}
