package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

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
final class CredentialReseal {
  private static final Logger log = LoggerFactory.getLogger(CredentialReseal.class);
  private static final String SEALED_WITH_OTHER_KEYS = statement("sealed_with_other_keys");
  private static final String RESEAL_CREDENTIAL = statement("reseal_credential");
  private static final int PAGE = 100;

  private final Database database;
  private final Sealer sealer;
  private int resealed;
  private int shut;

  CredentialReseal(Database database, Sealer sealer) {
    this.database = database;
    this.sealer = sealer;
  }

  /** Goes through all once; how many are sealed with the current key now. Once per object. */
  Future<Integer> run() {
    return page("", "")
        .map(
            end -> {
              if (resealed + shut > 0) {
                log.atInfo()
                    .addKeyValue("resealed", resealed)
                    .addKeyValue("shut", shut)
                    .addKeyValue("keyId", sealer.currentKeyId())
                    .log("credentials were sealed with other keys");
              }
              return resealed;
            })
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private Future<Void> page(String accountId, String name) {
    Tuple arguments = Tuple.of(sealer.currentKeyId(), accountId, name, PAGE);
    return database
        .questions()
        .withConnection(
            connection -> connection.preparedQuery(SEALED_WITH_OTHER_KEYS).execute(arguments))
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
      after = sealer.reseal(CredentialStore.place(accountId, name), before.getBytes());
    } catch (SecretException closed) {
      shut++;
      log.atWarn()
          .addKeyValue("account", accountId)
          .addKeyValue("credential", name)
          .log("a credential cannot be opened: " + closed.getMessage());
      return Future.succeededFuture();
    }
    Tuple arguments =
        Tuple.of(accountId, name, before, Buffer.buffer(after), sealer.currentKeyId());
    return connection
        .preparedQuery(RESEAL_CREDENTIAL)
        .execute(arguments)
        .map(
            written -> {
              resealed += written.rowCount();
              return null;
            });
  }
}
