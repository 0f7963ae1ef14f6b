package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SecretException;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.WebhookPause;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node does with the webhooks it has taken, by database time. All that writes is guarded by
 * the epoch of the claim. Futures fail with a {@link StoreException}; the lease then decides.
 */
public final class DeliveryStore {
  private static final String CLAIM = statement("claim_webhooks");
  private static final String WAKE = statement("wake_webhooks");
  private static final String SWEEP = statement("sweep_webhooks");
  private static final String ADVANCE = statement("advance_webhook");
  private static final String FAIL = statement("fail_webhook");
  private static final String RETURN = statement("return_webhook");
  private static final String POSTPONE = statement("postpone_webhook");
  private static final String ASKED = statement("asked_dead_letters");
  private static final String REDELIVERED = statement("redelivered");
  private static final String NOT_REDELIVERED = statement("not_redelivered");

  private final Database database;
  private final @Nullable Sealer sealer;
  private final UUID nodeId;
  private final Policy policy;

  /**
   * How long a node may be silent, and when a webhook waits or gives up.
   *
   * @param attempts failed ones after which an entry is a dead letter
   * @param backoff the first wait; each further one is twice as long, less jitter
   * @param maxDeadLetters a webhook that has so many pauses
   */
  public record Policy(
      Duration lease, int attempts, Duration backoff, Duration maxBackoff, int maxDeadLetters) {}

  /**
   * A webhook that this node has.
   *
   * @param webhookId what the ids of its messages are made of
   * @param position the entries behind it are to be sent
   */
  public record Claim(
      String accountId,
      String name,
      UUID webhookId,
      String url,
      EventFilter filter,
      long position,
      long epoch,
      byte[] sealed) {

    /** Without the URL, which may hold a secret. */
    @Override
    public String toString() {
      return "Claim[" + accountId + " " + name + " at " + position + ", epoch " + epoch + "]";
    }
  }

  /** How far a sweep has come, in the order of accounts and names. */
  public record Mark(String accountId, String name) {
    public static final Mark START = new Mark("", "");
  }

  /**
   * A failed attempt that was recorded.
   *
   * @param attempts failed ones at this entry; 0 when it is a dead letter now
   * @param paused why nothing further is sent; null when it goes on
   */
  public record Failed(int attempts, @Nullable WebhookPause paused) {}

  /**
   * @param sealer null when there are no keys: then no secret opens
   */
  public DeliveryStore(Database database, @Nullable Sealer sealer, UUID nodeId, Policy policy) {
    this.database = database;
    this.sealer = sealer;
    this.nodeId = nodeId;
    this.policy = policy;
  }

  /**
   * Takes webhooks that are due and not idle.
   *
   * @param share how many of one account this node may have
   * @param had how many of which account it has already
   */
  public Future<List<Claim>> claim(int limit, int share, Map<String, Integer> had) {
    List<Map.Entry<String, Integer>> all = List.copyOf(had.entrySet());
    Tuple arguments =
        Tuple.of(nodeId, limit, policy.lease().toMillis(), share)
            .addArrayOfString(all.stream().map(Map.Entry::getKey).toArray(String[]::new))
            .addArrayOfInteger(all.stream().map(Map.Entry::getValue).toArray(Integer[]::new));
    return work(CLAIM, arguments)
        .map(
            rows -> {
              List<Claim> claims = new ArrayList<>(rows.size());
              for (Row row : rows) {
                claims.add(
                    new Claim(
                        row.getString("account_id"),
                        row.getString("name"),
                        row.getUUID("webhook_id"),
                        row.getString("url"),
                        Rows.filter(row),
                        row.getLong("position"),
                        row.getLong("epoch"),
                        row.getBuffer("sealed").getBytes()));
              }
              return claims;
            });
  }

  /** Makes due what is idle in these accounts though there is something to send. */
  public Future<Void> wake(Collection<String> accounts) {
    Tuple arguments = Tuple.tuple().addArrayOfString(accounts.toArray(String[]::new));
    return work(WAKE, arguments).mapEmpty();
  }

  /**
   * Looks through idle webhooks of all accounts, page by page, and wakes those that have something
   * to send though nobody said so.
   *
   * @return where the next page begins: the start again after the last one
   */
  public Future<Mark> sweep(Mark after, int page) {
    return work(SWEEP, Tuple.of(after.accountId(), after.name(), page))
        .map(
            rows -> {
              for (Row last : rows) {
                return new Mark(last.getString("account_id"), last.getString("name"));
              }
              return Mark.START;
            });
  }

  /**
   * @throws SecretException when the secret cannot be opened here, with what to do about it
   */
  public String secret(Claim claim) {
    if (sealer == null) {
      throw new SecretException("this service has no keys; set HOLDPOINT_SECRET_KEY_FILE");
    }
    return new String(
        sealer.open(WebhookStore.place(claim.accountId(), claim.name()), claim.sealed()),
        StandardCharsets.UTF_8);
  }

  /** Delivered up to a position; renews the lease. False when it is lost. */
  public Future<Boolean> advance(Claim claim, long position) {
    return held(ADVANCE, key(claim).addLong(position).addLong(policy.lease().toMillis()));
  }

  /** An attempt at an entry failed; gives the webhook back. Empty when the lease is lost. */
  public Future<Optional<Failed>> fail(Claim claim, long position, String error, boolean gone) {
    Tuple arguments =
        key(claim)
            .addLong(position)
            .addString(error)
            .addInteger(policy.attempts())
            .addLong(policy.backoff().toMillis())
            .addLong(policy.maxBackoff().toMillis())
            .addBoolean(gone)
            .addInteger(policy.maxDeadLetters());
    return work(FAIL, arguments)
        .map(
            rows -> {
              if (rows.size() == 0) {
                return Optional.empty();
              }
              Row row = rows.iterator().next();
              return Optional.of(
                  new Failed(
                      row.getInteger("attempts"),
                      Rows.term(WebhookPause.class, row.getString("paused"))));
            });
  }

  /**
   * Gives the webhook back: it may be taken again at once, or is idle when nothing is left. False
   * when the lease was lost.
   */
  public Future<Boolean> giveBack(Claim claim, long position) {
    return held(RETURN, key(claim).addLong(position));
  }

  /** Gives the webhook back for a while, because it could not be tried here. */
  public Future<Boolean> postpone(Claim claim, String why, Duration pause) {
    return held(POSTPONE, key(claim).addString(why).addLong(pause.toMillis()));
  }

  /** Dead letters that somebody wants to be sent once more. */
  public Future<List<StreamEntry>> asked(Claim claim, int limit) {
    return work(ASKED, Tuple.of(claim.accountId(), claim.name(), limit))
        .map(
            rows -> {
              List<StreamEntry> entries = new ArrayList<>(rows.size());
              rows.forEach(row -> entries.add(WebhookStore.entry(claim.accountId(), row)));
              return entries;
            });
  }

  /** A dead letter was delivered and is none any more; renews the lease. */
  public Future<Boolean> redelivered(Claim claim, long position) {
    return held(REDELIVERED, key(claim).addLong(position).addLong(policy.lease().toMillis()));
  }

  /** A dead letter stays one; renews the lease, unless the receiver is gone. */
  public Future<Boolean> notRedelivered(Claim claim, long position, String error, boolean gone) {
    return held(
        NOT_REDELIVERED,
        key(claim)
            .addLong(position)
            .addString(error)
            .addLong(policy.lease().toMillis())
            .addBoolean(gone));
  }

  private static Tuple key(Claim claim) {
    return Tuple.of(claim.accountId(), claim.name(), claim.epoch());
  }

  private Future<Boolean> held(String sql, Tuple arguments) {
    return work(sql, arguments).map(rows -> rows.rowCount() > 0);
  }

  private Future<RowSet<Row>> work(String sql, Tuple arguments) {
    return database
        .deliveries()
        .withConnection(connection -> connection.preparedQuery(sql).execute(arguments))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
