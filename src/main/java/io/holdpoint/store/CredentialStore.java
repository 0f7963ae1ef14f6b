package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.secret.Credential;
import io.holdpoint.secret.CredentialSource;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SecretException;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Outcome.Refusal;
import io.holdpoint.task.Query;
import io.holdpoint.task.StoredCredential;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of nodes, sealed before they reach the database. Keeps no open one. Futures fail with
 * a {@link StoreException}, of {@link #find} also with a {@link SecretException}.
 */
public final class CredentialStore implements CredentialSource {
  private static final String PUT_CREDENTIAL = statement("put_credential");
  private static final String FIND_CREDENTIAL = statement("find_credential");
  private static final String LIST_CREDENTIALS = statement("list_credentials");
  private static final String LOCK_CREDENTIAL = statement("lock_credential");
  private static final String CREDENTIAL_USER = statement("credential_user");
  private static final String DELETE_CREDENTIAL = statement("delete_credential");
  private static final String SEALED_WITH_OTHER_KEYS = statement("sealed_with_other_keys");
  private static final String RESEAL_CREDENTIAL = statement("reseal_credential");
  private static final String PURPOSE = "credential";

  private final Database database;
  private final NonceMemory nonces;
  private final @Nullable Sealer sealer;

  /**
   * @param sealer null when there are no keys: then nothing is stored or found
   */
  public CredentialStore(Database database, @Nullable Sealer sealer) {
    this.database = database;
    this.sealer = sealer;
    nonces = new NonceMemory(database);
  }

  private static Sealer.Place place(String accountId, String name) {
    return new Sealer.Place(PURPOSE, accountId, name);
  }

  /** Stores or replaces; refused without keys. Doing it again gives the same. */
  public Future<Outcome> put(Command.PutCredential command) {
    if (sealer == null) {
      return nonces.once(
          command.ticket(),
          connection -> Future.succeededFuture(Outcome.refused(Refusal.NO_SEALING_KEY)));
    }
    String accountId = command.ticket().accountId();
    Map<String, String> members = new TreeMap<>(command.members());
    byte[] secret = new JsonObject(new TreeMap<String, Object>(members)).toBuffer().getBytes();
    byte[] sealed = sealer.seal(place(accountId, command.name()), secret);
    Tuple arguments =
        Tuple.of(accountId, command.name())
            .addArrayOfString(members.keySet().toArray(String[]::new))
            .addBuffer(Buffer.buffer(sealed))
            .addString(sealer.currentKeyId());
    return nonces.once(
        command.ticket(),
        connection ->
            connection
                .preparedQuery(PUT_CREDENTIAL)
                .execute(arguments)
                .map(Outcome.of(Kind.APPLIED)));
  }

  @Override
  public CompletionStage<Credential> find(String accountId, String name) {
    return with(connection ->
            connection.preparedQuery(FIND_CREDENTIAL).execute(Tuple.of(accountId, name)))
        .map(
            rows -> {
              RowIterator<Row> found = rows.iterator();
              if (!found.hasNext()) {
                throw new SecretException("there is no credential named " + name);
              }
              return open(accountId, name, found.next().getBuffer("sealed").getBytes());
            })
        .toCompletionStage();
  }

  private Credential open(String accountId, String name, byte[] sealed) {
    try {
      if (sealer == null) {
        throw new SecretException(
            "it is sealed with the key "
                + Sealer.keyId(sealed)
                + " and this service has no keys; set HOLDPOINT_SECRET_KEY_FILE");
      }
      JsonObject secret =
          new JsonObject(Buffer.buffer(sealer.open(place(accountId, name), sealed)));
      Map<String, String> members = new TreeMap<>();
      secret.forEach(member -> members.put(member.getKey(), (String) member.getValue()));
      return new Credential(members);
    } catch (SecretException shut) {
      throw new SecretException("credential " + name + " cannot be opened: " + shut.getMessage());
    }
  }

  public Future<Answer> list(Query.ListCredentials query) {
    Tuple arguments = Tuple.of(query.accountId(), query.after(), query.limit());
    return with(connection -> connection.preparedQuery(LIST_CREDENTIALS).execute(arguments))
        .map(
            rows -> {
              List<StoredCredential> found = new ArrayList<>(rows.size());
              for (Row row : rows) {
                found.add(
                    new StoredCredential(
                        row.getString("name"),
                        List.of(row.getArrayOfStrings("members")),
                        Rows.instant(row, "created_at"),
                        Rows.instant(row, "updated_at")));
              }
              return new Answer.Credentials(found);
            });
  }

  /** Deletes; refused while a node names it, also one that is being registered meanwhile. */
  public Future<Outcome> delete(Command.DeleteCredential command) {
    Tuple key = Tuple.of(command.ticket().accountId(), command.name());
    return nonces.once(
        command.ticket(),
        connection ->
            connection
                .preparedQuery(LOCK_CREDENTIAL)
                .execute(key)
                .compose(
                    found ->
                        found.size() == 0
                            ? Future.succeededFuture(Outcome.of(Kind.NOT_FOUND))
                            : deleteUnused(connection, key)));
  }

  private static Future<Outcome> deleteUnused(SqlConnection connection, Tuple key) {
    return connection
        .preparedQuery(CREDENTIAL_USER)
        .execute(key)
        .compose(
            users ->
                users.size() > 0
                    ? Future.succeededFuture(
                        Outcome.refused(
                            Refusal.CREDENTIAL_IN_USE,
                            users.iterator().next().getString("instance_id")))
                    : connection
                        .preparedQuery(DELETE_CREDENTIAL)
                        .execute(key)
                        .map(Outcome.of(Kind.APPLIED)));
  }

  /** Seals with the current key what older ones sealed; how many that were. */
  public Future<Integer> reseal() {
    return sealer == null
        ? Future.succeededFuture(0)
        : new Reseal(database, sealer, PURPOSE, SEALED_WITH_OTHER_KEYS, RESEAL_CREDENTIAL).run();
  }

  private <T> Future<T> with(Function<SqlConnection, Future<T>> work) {
    return database
        .questions()
        .withConnection(work)
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
