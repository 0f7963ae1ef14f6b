package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.secret.Sealer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Adds, lists and changes access keys. Every change leaves a record in the audit trail, written in
 * the same transaction. Futures fail with an {@link AccessKeyException} when a change is refused,
 * else with a {@link StoreException}.
 *
 * <p>Adding, rotating, listing and sealing anew work with the runtime login, the rest needs the
 * owner's.
 */
public final class AccessKeyRegister {
  private static final String LIST_ACCESS_KEYS = statement("list_access_keys");
  private static final String SET_STATE = statement("set_access_key_state");
  private static final String SET_RIGHTS = statement("set_access_key_rights");
  private static final String REMOVE = statement("remove_access_key");
  private static final String SEALED_WITH_OTHER_KEYS =
      statement("access_keys_sealed_with_other_keys");
  private static final String RESEAL_ACCESS_KEY = statement("reseal_access_key");
  private static final int PAGE = 500;

  private final Database database;
  private final @Nullable Sealer sealer;
  private final AccessKeyRows rows;
  private final AccessKeyMint mint = new AccessKeyMint();

  /**
   * Who makes the changes, for the audit trail.
   *
   * @param source where they come from, in words
   */
  public record Operator(String principal, String source, Clock clock) {}

  /** What a key may do: ready-made roles, and a policy document of its own or null. */
  public record Rights(List<String> roles, @Nullable String policy) {
    public Rights {
      roles = List.copyOf(roles);
    }
  }

  /**
   * A key that was added.
   *
   * @param newAccount whether its account was added with it
   */
  public record Added(AccessKey key, boolean newAccount) {}

  /**
   * @param sealer null when there are no sealing keys: then none is added
   */
  public AccessKeyRegister(Database database, @Nullable Sealer sealer, Operator operator) {
    this.database = database;
    this.sealer = sealer;
    rows = new AccessKeyRows(database, sealer, operator);
  }

  /** Adds a key with a new id and a new secret, and its account if that does not exist. */
  public Future<Added> add(String accountId, String user, Rights rights) {
    AccessKey key = minted(accountId, user, rights);
    return rows.inTransaction(
        connection ->
            rows.ensureAccount(connection, accountId)
                .compose(
                    newAccount ->
                        insertNew(connection, key)
                            .compose(added -> rows.record(connection, "AddAccessKey", key))
                            .map(new Added(key, newAccount))));
  }

  /** Adds a key for the same user with the same rights; the first stays as it is. */
  public Future<AccessKey> rotate(String keyId) {
    return rows.inTransaction(
        connection ->
            rows.lock(connection, keyId)
                .compose(
                    row -> {
                      if (!StoredAccessKey.active(row)) {
                        throw new AccessKeyException(
                            "access key " + keyId + " is disabled; enable it or add another");
                      }
                      AccessKey key =
                          minted(
                              row.getString("account_id"),
                              row.getString("user_name"),
                              new Rights(
                                  List.of(row.getArrayOfStrings("roles")),
                                  row.getString("policy")));
                      return insertNew(connection, key)
                          .compose(added -> rows.record(connection, "RotateAccessKey", key))
                          .map(key);
                    }));
  }

  private Future<Boolean> insertNew(SqlConnection connection, AccessKey key) {
    return rows.insert(connection, key)
        .map(
            added -> {
              if (!added) {
                throw new AccessKeyException("the id that was made is taken; try again");
              }
              return true;
            });
  }

  private AccessKey minted(String accountId, String user, Rights rights) {
    byte[] secret = mint.secret().getBytes(StandardCharsets.US_ASCII);
    return new AccessKey(accountId, mint.id(), user, true, secret, rights.roles(), rights.policy());
  }

  /** All keys, or those of one account, in the order of account and id. */
  public Future<List<StoredAccessKey>> list(@Nullable String accountId) {
    return page(accountId, "", "", new ArrayList<>())
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private Future<List<StoredAccessKey>> page(
      @Nullable String accountId, String afterAccount, String afterKey, List<StoredAccessKey> all) {
    Tuple arguments =
        Tuple.tuple()
            .addString(accountId)
            .addString(afterAccount)
            .addString(afterKey)
            .addInteger(PAGE);
    return database
        .questions()
        .withConnection(connection -> connection.preparedQuery(LIST_ACCESS_KEYS).execute(arguments))
        .compose(
            found -> {
              found.forEach(row -> all.add(StoredAccessKey.of(row)));
              if (found.size() < PAGE) {
                return Future.succeededFuture(all);
              }
              StoredAccessKey last = all.get(all.size() - 1);
              return page(accountId, last.accountId(), last.keyId(), all);
            });
  }

  /** False when it was so already. */
  public Future<Boolean> setActive(String keyId, boolean active) {
    return change(
        keyId,
        active ? "EnableAccessKey" : "DisableAccessKey",
        (connection, row) -> {
          if (StoredAccessKey.active(row) == active) {
            return Future.succeededFuture(false);
          }
          String state = active ? StoredAccessKey.ACTIVE : StoredAccessKey.DISABLED;
          return AccessKeyRows.run(connection, SET_STATE, Tuple.of(keyId, state));
        });
  }

  /** Replaces roles and policy as a whole. */
  public Future<Boolean> setRights(String keyId, Rights rights) {
    Tuple arguments =
        Tuple.tuple()
            .addString(keyId)
            .addArrayOfString(rights.roles().toArray(String[]::new))
            .addString(rights.policy());
    return change(
        keyId,
        "SetAccessKeyPolicy",
        (connection, row) -> AccessKeyRows.run(connection, SET_RIGHTS, arguments));
  }

  /** Removes a key for good; only a disabled one, so that nobody is cut off by a slip. */
  public Future<Boolean> remove(String keyId) {
    return change(
        keyId,
        "RemoveAccessKey",
        (connection, row) -> {
          if (StoredAccessKey.active(row)) {
            throw new AccessKeyException("access key " + keyId + " is active; disable it first");
          }
          return AccessKeyRows.run(connection, REMOVE, Tuple.of(keyId));
        });
  }

  private Future<Boolean> change(
      String keyId, String action, BiFunction<SqlConnection, Row, Future<Boolean>> work) {
    return rows.inTransaction(
        connection ->
            rows.lock(connection, keyId)
                .compose(
                    row ->
                        work.apply(connection, row)
                            .compose(
                                changed ->
                                    changed
                                        ? rows.record(
                                                connection,
                                                action,
                                                row.getString("account_id"),
                                                keyId)
                                            .map(true)
                                        : Future.succeededFuture(false))));
  }

  /** Seals with the current key what older ones sealed; how many that were. */
  public Future<Integer> reseal() {
    return sealer == null
        ? Future.succeededFuture(0)
        : new Reseal(
                database, sealer, AccessKeyStore.PURPOSE, SEALED_WITH_OTHER_KEYS, RESEAL_ACCESS_KEY)
            .run();
  }
}
