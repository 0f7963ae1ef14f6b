package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.secret.Sealer;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The steps that changes of access keys are made of, each within its caller's transaction. */
final class AccessKeyRows {
  private static final String LOCK_ACCESS_KEY = statement("lock_access_key");
  private static final String ENSURE_ACCOUNT = statement("ensure_account");
  private static final String ADD_ACCESS_KEY = statement("add_access_key");

  private final Database database;
  private final @Nullable Sealer sealer;
  private final AccessKeyRegister.Operator operator;

  AccessKeyRows(Database database, @Nullable Sealer sealer, AccessKeyRegister.Operator operator) {
    this.database = database;
    this.sealer = sealer;
    this.operator = operator;
  }

  /** The row, which nobody changes until the transaction ends. */
  Future<Row> lock(SqlConnection connection, String keyId) {
    return connection
        .preparedQuery(LOCK_ACCESS_KEY)
        .execute(Tuple.of(keyId))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw new AccessKeyException(
                    "there is no access key " + keyId + "; see: holdpoint keys list");
              }
              return rows.iterator().next();
            });
  }

  /** Whether it was missing. */
  Future<Boolean> ensureAccount(SqlConnection connection, String accountId) {
    return run(connection, ENSURE_ACCOUNT, Tuple.of(accountId));
  }

  /** False when there is a key of this id. */
  Future<Boolean> insert(SqlConnection connection, AccessKey key) {
    Tuple arguments =
        Tuple.tuple()
            .addString(key.accountId())
            .addString(key.keyId())
            .addString(key.user())
            .addBuffer(Buffer.buffer(seal(key)))
            .addString(sealer().currentKeyId())
            .addArrayOfString(key.roles().toArray(String[]::new))
            .addString(key.policy());
    return run(connection, ADD_ACCESS_KEY, arguments);
  }

  byte[] seal(AccessKey key) {
    return sealer().seal(AccessKeyStore.place(key.accountId(), key.keyId()), key.secret());
  }

  /** What seals; refused without keys. */
  Sealer sealer() {
    if (sealer == null) {
      throw new AccessKeyException(
          "there is no key to seal access keys with; set HOLDPOINT_SECRET_KEY_FILE");
    }
    return sealer;
  }

  /** Whether a row was touched. */
  static Future<Boolean> run(SqlConnection connection, String sql, Tuple arguments) {
    return connection.preparedQuery(sql).execute(arguments).map(rows -> rows.rowCount() > 0);
  }

  Future<Void> record(SqlConnection connection, String action, AccessKey key) {
    return record(connection, action, key.accountId(), key.keyId());
  }

  Future<Void> record(SqlConnection connection, String action, String accountId, String keyId) {
    AuditRecord record =
        new AuditRecord(
            UUID.randomUUID(),
            accountId,
            operator.clock().instant(),
            UUID.randomUUID(),
            null,
            operator.principal(),
            "holdpoint:" + action,
            true,
            "acs:holdpoint:*:" + accountId + ":accesskeys/" + keyId,
            null,
            operator.source(),
            AuditDecision.ALLOWED,
            null);
    return AuditStore.append(connection, List.of(record));
  }

  <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
    return database
        .questions()
        .withTransaction(work)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof AccessKeyException ? failure : StoreException.of(failure)));
  }
}
