package io.holdpoint.store;

import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SecretException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals with the current key what other keys sealed, so that an old key can be taken away. Any
 * number of services may do it at once: a value that was replaced meanwhile is left alone.
 */
final class Reseal {
  private static final Logger log = LoggerFactory.getLogger(Reseal.class);
  private static final int PAGE = 100;

  private final Database database;
  private final Sealer sealer;
  private final String purpose;
  private final String find;
  private final String replace;
  private int resealed;
  private int shut;

  /**
   * @param purpose that of {@link Sealer.Place}
   * @param find the statement of a page: rows of {@code account_id}, {@code name}, {@code sealed}
   * @param replace the statement that takes account, name, value before, value after, key id
   */
  Reseal(Database database, Sealer sealer, String purpose, String find, String replace) {
    this.database = database;
    this.sealer = sealer;
    this.purpose = purpose;
    this.find = find;
    this.replace = replace;
  }

  /** Goes through all once; how many are sealed with the current key now. Once per object. */
  Future<Integer> run() {
    return page("", "")
        .map(
            end -> {
              if (resealed + shut > 0) {
                log.atInfo()
                    .addKeyValue("purpose", purpose)
                    .addKeyValue("resealed", resealed)
                    .addKeyValue("shut", shut)
                    .addKeyValue("keyId", sealer.currentKeyId())
                    .log("secrets were sealed with other keys");
              }
              return resealed;
            })
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private Future<Void> page(String accountId, String name) {
    Tuple arguments = Tuple.of(sealer.currentKeyId(), accountId, name, PAGE);
    return database
        .questions()
        .withConnection(connection -> connection.preparedQuery(find).execute(arguments))
        .compose(this::each);
  }

  /** Each on a connection of its own, so that none is kept busy for long. */
  private Future<Void> each(RowSet<Row> rows) {
    RowIterator<Row> left = rows.iterator();
    return left.hasNext() ? next(left) : Future.succeededFuture();
  }

  private Future<Void> next(RowIterator<Row> left) {
    Row row = left.next();
    return database
        .questions()
        .withConnection(connection -> reseal(connection, row))
        .compose(
            done ->
                left.hasNext()
                    ? next(left)
                    : page(row.getString("account_id"), row.getString("name")));
  }

  private Future<Void> reseal(SqlConnection connection, Row row) {
    String accountId = row.getString("account_id");
    String name = row.getString("name");
    Buffer before = row.getBuffer("sealed");
    byte[] after;
    try {
      after = sealer.reseal(new Sealer.Place(purpose, accountId, name), before.getBytes());
    } catch (SecretException closed) {
      shut++;
      log.atWarn()
          .addKeyValue("account", accountId)
          .addKeyValue(purpose, name)
          .log("a secret cannot be opened: " + closed.getMessage());
      return Future.succeededFuture();
    }
    Tuple arguments =
        Tuple.of(accountId, name, before, Buffer.buffer(after), sealer.currentKeyId());
    return connection
        .preparedQuery(replace)
        .execute(arguments)
        .map(
            written -> {
              resealed += written.rowCount();
              return null;
            });
  }
}
