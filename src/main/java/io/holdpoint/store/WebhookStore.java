package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.secret.Sealer;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.DeadLetter;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Outcome.Refusal;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.Term;
import io.holdpoint.task.Ticket;
import io.holdpoint.task.Webhook;
import io.holdpoint.task.WebhookPause;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks as their account sees and changes them, each command once per token. Their secrets are
 * sealed before they reach the database. Futures fail with a {@link StoreException}.
 */
public final class WebhookStore {
  private static final String REPLACE_WEBHOOK = statement("replace_webhook");
  private static final String CREATE_WEBHOOK = statement("create_webhook");
  private static final String DELETE_WEBHOOK = statement("delete_webhook");
  private static final String LIST_WEBHOOKS = statement("list_webhooks");
  private static final String LIST_DEAD_LETTERS = statement("list_dead_letters");
  private static final String LOCK_WEBHOOK = statement("lock_webhook");
  private static final String HURRY_WEBHOOK = statement("hurry_webhook");
  private static final String REDELIVER = statement("redeliver_dead_letters");
  private static final String DROP = statement("drop_dead_letters");
  private static final String SEALED_WITH_OTHER_KEYS = statement("webhooks_sealed_with_other_keys");
  private static final String RESEAL_WEBHOOK = statement("reseal_webhook");
  static final String PURPOSE = "webhook";

  private final Database database;
  private final TokenMemory tokens;
  private final @Nullable Sealer sealer;
  private final int maxPerAccount;

  /**
   * @param sealer null when there are no keys: then no webhook is made
   */
  public WebhookStore(Database database, @Nullable Sealer sealer, int maxPerAccount) {
    this.database = database;
    this.sealer = sealer;
    this.maxPerAccount = maxPerAccount;
    tokens = new TokenMemory(database);
  }

  static Sealer.Place place(String accountId, String name) {
    return new Sealer.Place(PURPOSE, accountId, name);
  }

  /**
   * Makes or replaces; refused without keys, or when the account has as many as it may have. The
   * result says whether the command's secret was taken, {@code secretIssued}, and does not hold it.
   */
  public Future<Outcome> put(Command.PutWebhook command) {
    Ticket ticket = command.ticket();
    if (sealer == null) {
      return tokens.once(
          ticket, connection -> Future.succeededFuture(Outcome.refused(Refusal.NO_SEALING_KEY)));
    }
    byte[] secret = command.secret().getBytes(StandardCharsets.UTF_8);
    Buffer sealed = Buffer.buffer(sealer.seal(place(ticket.accountId(), command.name()), secret));
    String keyId = sealer.currentKeyId();
    return tokens.once(
        ticket,
        connection ->
            connection
                .preparedQuery(REPLACE_WEBHOOK)
                .execute(
                    what(command)
                        .addBoolean(command.rotateSecret())
                        .addBuffer(sealed)
                        .addString(keyId))
                .compose(
                    replaced ->
                        replaced.size() > 0
                            ? Future.succeededFuture(
                                done(command, replaced, false, command.rotateSecret()))
                            : create(connection, command, sealed, keyId)));
  }

  private Future<Outcome> create(
      SqlConnection connection, Command.PutWebhook command, Buffer sealed, String keyId) {
    return connection
        .preparedQuery(CREATE_WEBHOOK)
        .execute(
            what(command)
                .addUUID(UUID.randomUUID())
                .addBuffer(sealed)
                .addString(keyId)
                .addInteger(maxPerAccount))
        .map(
            created ->
                created.size() > 0
                    ? done(command, created, true, true)
                    : Outcome.refused(Refusal.TOO_MANY_WEBHOOKS));
  }

  private static Tuple what(Command.PutWebhook command) {
    EventFilter filter = command.filter();
    return Tuple.of(command.ticket().accountId(), command.name(), command.url())
        .addString(filter.instanceId())
        .addArrayOfString(
            filter.allKinds()
                ? null
                : filter.kinds().stream().map(Term::text).sorted().toArray(String[]::new))
        .addLong(command.after());
  }

  private static Outcome done(
      Command.PutWebhook command, RowSet<Row> rows, boolean created, boolean secretIssued) {
    return Outcome.of(Kind.APPLIED)
        .withResult(
            new JsonObject()
                .put("name", command.name())
                .put("created", created)
                .put("position", rows.iterator().next().getLong("position"))
                .put("secretIssued", secretIssued)
                .encode());
  }

  public Future<Outcome> delete(Command.DeleteWebhook command) {
    Tuple key = Tuple.of(command.ticket().accountId(), command.name());
    return tokens.once(
        command.ticket(),
        connection ->
            connection
                .preparedQuery(DELETE_WEBHOOK)
                .execute(key)
                .map(
                    deleted ->
                        deleted.rowCount() == 0
                            ? Outcome.of(Kind.NOT_FOUND)
                            : Outcome.of(Kind.APPLIED).withResult("true")));
  }

  /** The result says how many, {@code deadLetters}. */
  public Future<Outcome> settle(Command.SettleDeadLetters command) {
    Tuple key = Tuple.of(command.ticket().accountId(), command.name());
    return tokens.once(
        command.ticket(),
        connection ->
            connection
                .preparedQuery(LOCK_WEBHOOK)
                .execute(key)
                .compose(
                    found ->
                        found.size() == 0
                            ? Future.succeededFuture(Outcome.of(Kind.NOT_FOUND))
                            : settle(connection, key, command)));
  }

  private static Future<Outcome> settle(
      SqlConnection connection, Tuple key, Command.SettleDeadLetters command) {
    boolean redeliver = command.operation() == Operation.REDELIVER_DEAD_LETTERS;
    Tuple which = Tuple.of(key.getString(0), key.getString(1)).addLong(command.position());
    return connection
        .preparedQuery(redeliver ? REDELIVER : DROP)
        .execute(which)
        .compose(
            settled -> {
              if (settled.rowCount() == 0 && command.position() != null) {
                return Future.succeededFuture(Outcome.refused(Refusal.UNKNOWN_DEAD_LETTER));
              }
              String result = new JsonObject().put("deadLetters", settled.rowCount()).encode();
              Outcome outcome = Outcome.of(Kind.APPLIED).withResult(result);
              return redeliver
                  ? connection.preparedQuery(HURRY_WEBHOOK).execute(key).map(outcome)
                  : Future.succeededFuture(outcome);
            });
  }

  public Future<Answer> list(Query.ListWebhooks query) {
    return ask(LIST_WEBHOOKS, Tuple.of(query.accountId()).addString(null))
        .map(rows -> new Answer.Webhooks(webhooks(rows)));
  }

  public Future<Answer> find(Query.FindWebhook query) {
    return ask(LIST_WEBHOOKS, Tuple.of(query.accountId(), query.name()))
        .map(
            rows -> rows.size() == 0 ? new Answer.NotFound() : new Answer.Webhooks(webhooks(rows)));
  }

  private static List<Webhook> webhooks(RowSet<Row> rows) {
    List<Webhook> found = new ArrayList<>(rows.size());
    for (Row row : rows) {
      found.add(
          new Webhook(
              row.getString("name"),
              row.getString("url"),
              Rows.filter(row),
              row.getLong("position"),
              row.getLong("stream_end"),
              row.getInteger("attempts"),
              Rows.maybeInstant(row, "next_attempt_at"),
              row.getString("last_error"),
              Rows.maybeInstant(row, "last_error_at"),
              Rows.maybeInstant(row, "delivered_at"),
              row.getInteger("dead_letters"),
              Rows.term(WebhookPause.class, row.getString("paused")),
              Rows.instant(row, "created_at"),
              Rows.instant(row, "updated_at")));
    }
    return found;
  }

  public Future<Answer> deadLetters(Query.ListDeadLetters query) {
    return ask(
            LIST_DEAD_LETTERS,
            Tuple.of(query.accountId(), query.name(), query.after(), query.limit()))
        .map(rows -> rows.size() == 0 ? new Answer.NotFound() : letters(query.accountId(), rows));
  }

  private static Answer letters(String accountId, RowSet<Row> rows) {
    List<DeadLetter> found = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (row.getLong("position") != null) {
        found.add(
            new DeadLetter(
                entry(accountId, row),
                row.getInteger("attempts"),
                row.getString("error"),
                Rows.instant(row, "died_at"),
                row.getBoolean("redeliver")));
      }
    }
    return new Answer.DeadLetters(found);
  }

  static StreamEntry entry(String accountId, Row row) {
    return new StreamEntry(
        row.getLong("position"), Rows.event(accountId, row.getString("instance_id"), row));
  }

  /** Seals with the current key what older ones sealed; how many that were. */
  public Future<Integer> reseal() {
    return sealer == null
        ? Future.succeededFuture(0)
        : new Reseal(database, sealer, PURPOSE, SEALED_WITH_OTHER_KEYS, RESEAL_WEBHOOK).run();
  }

  private Future<RowSet<Row>> ask(String sql, Tuple arguments) {
    Function<SqlConnection, Future<RowSet<Row>>> question =
        connection -> connection.preparedQuery(sql).execute(arguments);
    return database
        .questions()
        .withConnection(question)
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
