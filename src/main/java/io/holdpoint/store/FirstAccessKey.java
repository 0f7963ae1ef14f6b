package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SecretException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The key that the configuration gives to a service, so that somebody can call it from its first
 * start on.
 */
public final class FirstAccessKey {
  private static final String FIND_ACCESS_KEYS = statement("find_access_keys");
  private static final String REPLACE_SECRET = statement("replace_access_key_secret");

  private final AccessKeyRows rows;

  /**
   * @param sealer null when there are no sealing keys: then it is refused
   */
  public FirstAccessKey(
      Database database, @Nullable Sealer sealer, AccessKeyRegister.Operator operator) {
    rows = new AccessKeyRows(database, sealer, operator);
  }

  /**
   * Makes sure that a key with this id and secret exists. One that exists gets the secret if it has
   * another, and keeps its state and its rights. Any number of services may do it at once.
   *
   * @return fails with an {@link AccessKeyException} when the id is another user's
   */
  public Future<Void> ensure(AccessKey wanted) {
    return rows.inTransaction(
        connection ->
            rows.ensureAccount(connection, wanted.accountId())
                .compose(account -> rows.insert(connection, wanted))
                .compose(
                    added ->
                        added
                            ? rows.record(connection, "AddAccessKey", wanted)
                            : ensureSecret(connection, wanted)));
  }

  private Future<Void> ensureSecret(SqlConnection connection, AccessKey wanted) {
    return connection
        .preparedQuery(FIND_ACCESS_KEYS)
        .execute(Tuple.tuple().addArrayOfString(new String[] {wanted.keyId()}))
        .compose(found -> ensureSecret(connection, wanted, found));
  }

  private Future<Void> ensureSecret(SqlConnection connection, AccessKey wanted, RowSet<Row> found) {
    Row row = found.iterator().next();
    if (!row.getString("account_id").equals(wanted.accountId())
        || !row.getString("user_name").equals(wanted.user())) {
      throw new AccessKeyException(
          "access key "
              + wanted.keyId()
              + " exists and is another user's; set another HOLDPOINT_ACCESS_KEY_ID");
    }
    if (hasSecret(row, wanted)) {
      return Future.succeededFuture();
    }
    Tuple arguments =
        Tuple.of(
            wanted.keyId(),
            row.getBuffer("sealed"),
            Buffer.buffer(rows.seal(wanted)),
            rows.sealer().currentKeyId());
    return AccessKeyRows.run(connection, REPLACE_SECRET, arguments)
        .compose(
            replaced ->
                replaced
                    ? rows.record(connection, "ReplaceAccessKeySecret", wanted)
                    : Future.succeededFuture());
  }

  /** What cannot be opened any more counts as another secret. */
  private boolean hasSecret(Row row, AccessKey wanted) {
    try {
      AccessKey found = AccessKeyStore.open(rows.sealer(), row);
      return MessageDigest.isEqual(found.secret(), wanted.secret());
    } catch (SecretException closed) {
      return false;
    }
  }
}
