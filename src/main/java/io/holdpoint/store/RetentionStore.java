package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;

/** Forgets client tokens past their retention, oldest first and a bounded number at a time. */
public final class RetentionStore {
  private static final String PURGE_COMMANDS = statement("purge_commands");

  private final Database database;

  public RetentionStore(Database database) {
    this.database = database;
  }

  /**
   * @return how many tokens were forgotten; fewer than {@code limit} means none is left to forget
   */
  public Future<Integer> purge(Duration retention, int limit) {
    return database
        .questions()
        .withConnection(
            connection ->
                connection
                    .preparedQuery(PURGE_COMMANDS)
                    .execute(Tuple.of(retention.toMillis(), limit)))
        .map(rows -> rows.rowCount())
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
