package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Outcome;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.function.Function;

/**
 * Runs a rare command once per client token, on top of once per signed request: what the work came
 * to is kept with the token in the work's own transaction. Of two requests with one token the later
 * takes its work back and, run again, finds the answer of the first; so does our own retry after a
 * commit whose reply was lost.
 */
final class TokenMemory {
  private static final String FIND_COMMAND = statement("find_command");
  private static final String KEEP_COMMAND = statement("keep_command");

  private final NonceMemory nonces;

  TokenMemory(Database database) {
    nonces = new NonceMemory(database);
  }

  /**
   * Futures fail with a {@link StoreException}; nothing was changed then, or nobody knows.
   *
   * @param work always within a transaction; what it applied has a result
   */
  Future<Outcome> once(Ticket ticket, Function<SqlConnection, Future<Outcome>> work) {
    Tuple token =
        Tuple.of(ticket.accountId(), ticket.clientToken(), Buffer.buffer(ticket.fingerprint()));
    return nonces.once(
        ticket,
        connection ->
            connection
                .preparedQuery(FIND_COMMAND)
                .execute(token)
                .compose(
                    earlier ->
                        earlier.size() > 0
                            ? Future.succeededFuture(Outcomes.read(earlier.iterator().next()))
                            : work.apply(connection)
                                .compose(outcome -> keep(connection, ticket, outcome))));
  }

  private static Future<Outcome> keep(SqlConnection connection, Ticket ticket, Outcome outcome) {
    if (!outcome.kind().recorded()) {
      return Future.succeededFuture(outcome);
    }
    Tuple arguments =
        Tuple.of(ticket.accountId(), ticket.clientToken())
            .addBuffer(Buffer.buffer(ticket.fingerprint()))
            .addUUID(ticket.requestId())
            .addString(outcome.result());
    return connection.preparedQuery(KEEP_COMMAND).execute(arguments).map(outcome);
  }
}
