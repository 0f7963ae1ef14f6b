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
 * Runs a rare command once per signed request: the nonce is claimed, the work done and its answer
 * kept in one transaction. The very same request again gets that answer, refusals included; another
 * one with the nonce is refused. An indefinite answer takes everything back.
 */
final class NonceMemory {
  private static final String CLAIM_NONCE = statement("claim_nonce");
  private static final String FIND_NONCE = statement("find_nonce");
  private static final String ANSWER_NONCE = statement("answer_nonce");

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
                                  : claimed(connection, ticket, nonce, work, outcome, remembered);
                          return end(transaction, done, outcome);
                        }))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private static <T> Future<T> claimed(
      SqlConnection connection,
      Ticket ticket,
      Nonce nonce,
      Function<SqlConnection, Future<T>> work,
      Function<T, Outcome> outcome,
      Function<Outcome, T> remembered) {
    Tuple claim =
        Tuple.of(ticket.accountId(), nonce.id(), nonce.requestDigest())
            .addBuffer(Buffer.buffer(ticket.fingerprint()))
            .addUUID(ticket.requestId());
    return connection
        .preparedQuery(CLAIM_NONCE)
        .execute(claim)
        .compose(
            rows ->
                rows.size() == 0
                    ? find(connection, ticket, nonce).map(remembered)
                    : work.apply(connection)
                        .compose(
                            result ->
                                answer(connection, ticket, nonce, outcome.apply(result))
                                    .map(result)));
  }

  private static Future<Outcome> find(SqlConnection connection, Ticket ticket, Nonce nonce) {
    return connection
        .preparedQuery(FIND_NONCE)
        .execute(Tuple.of(ticket.accountId(), nonce.id(), nonce.requestDigest()))
        .map(
            rows ->
                // Purged since the claim met it.
                rows.size() == 0
                    ? Outcome.of(Kind.UNAVAILABLE)
                    : Outcomes.read(rows.iterator().next()));
  }

  private static Future<?> answer(
      SqlConnection connection, Ticket ticket, Nonce nonce, Outcome outcome) {
    String result = outcome.kind().recorded() ? resultOf(outcome) : null;
    Tuple arguments =
        Tuple.of(ticket.accountId(), nonce.id())
            .addString(result)
            .addString(result == null ? Outcomes.refusal(outcome) : null)
            .addUUID(outcome.taskId())
            .addLong(outcome.epoch());
    return connection.preparedQuery(ANSWER_NONCE).execute(arguments);
  }

  private static String resultOf(Outcome outcome) {
    String result = outcome.result();
    return result == null ? "true" : result;
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
