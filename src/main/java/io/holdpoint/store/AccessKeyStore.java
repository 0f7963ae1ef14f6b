package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.KeyStore;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SecretException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access keys, opened and kept for a short time: an answer is at most {@link #OLDEST} behind
 * the database, counted from the statement that read it, so that a disabled key dies and a new one
 * lives within that time on every node. An id that is not there is kept alike. A key in use is read
 * again in the background before its time is over; when the database is away it still ends then,
 * and the answer fails. As long as nothing changes, the very same object is given out.
 *
 * <p>A kept answer is a completed future: no other thread has a part in it. Bounded in ids and in
 * the size of their policies.
 */
public final class AccessKeyStore implements KeyStore {
  /** The age at which a kept answer ends. */
  public static final Duration OLDEST = Duration.ofSeconds(3);

  /** Counted from when the statement was answered, which is in {@code ANSWERED_MILLIS} or not. */
  private static final Duration KEPT = OLDEST.minusMillis(AccessKeyLookUp.ANSWERED_MILLIS);

  private static final Duration READ_AGAIN = KEPT.dividedBy(2);

  private static final long MOST_WEIGHT = 32L << 20;
  private static final int WEIGHT_OF_ONE = 1 << 10;
  static final String PURPOSE = "access-key";
  private static final String FIND_ACCESS_KEYS = statement("find_access_keys");
  private static final Logger log = LoggerFactory.getLogger(AccessKeyStore.class);

  private final AsyncLoadingCache<String, Optional<AccessKey>> cache;

  /**
   * @param sealer null when there are no sealing keys: then no key is found usable
   * @param nanoTime measures elapsed time
   */
  public AccessKeyStore(
      Vertx vertx, Database database, @Nullable Sealer sealer, LongSupplier nanoTime) {
    this(ids -> read(database, sealer, ids), millis -> timer(vertx, millis), nanoTime);
  }

  AccessKeyStore(
      AccessKeyLookUp.Source source, LongFunction<Future<Void>> pause, LongSupplier nanoTime) {
    AccessKeyLookUp lookUp = new AccessKeyLookUp(source, pause);
    cache =
        Caffeine.newBuilder()
            .maximumWeight(MOST_WEIGHT)
            .weigher((String id, Optional<AccessKey> found) -> weight(found))
            .expireAfterWrite(KEPT)
            .refreshAfterWrite(READ_AGAIN)
            .ticker(nanoTime::getAsLong)
            // Upkeep is short and stays on the caller's thread.
            .executor(Runnable::run)
            .buildAsync(new Loader(lookUp));
  }

  static Sealer.Place place(String accountId, String keyId) {
    return new Sealer.Place(PURPOSE, accountId, keyId);
  }

  private record Loader(AccessKeyLookUp lookUp)
      implements AsyncCacheLoader<String, Optional<AccessKey>> {
    @Override
    public CompletableFuture<Optional<AccessKey>> asyncLoad(String keyId, Executor unused) {
      return lookUp.find(keyId, UnaryOperator.identity());
    }

    @Override
    public CompletableFuture<Optional<AccessKey>> asyncReload(
        String keyId, Optional<AccessKey> kept, Executor unused) {
      return lookUp.find(keyId, found -> found.equals(kept) ? kept : found);
    }
  }

  private static int weight(Optional<AccessKey> found) {
    String policy = found.map(AccessKey::policy).orElse("");
    return WEIGHT_OF_ONE + 2 * policy.length();
  }

  @Override
  public CompletionStage<Optional<AccessKey>> find(String keyId) {
    return AccessKey.isId(keyId)
        ? cache.get(keyId)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private static Future<Void> timer(Vertx vertx, long millis) {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(millis, fired -> over.complete());
    return over.future();
  }

  private static Future<AccessKeyLookUp.Found> read(
      Database database, @Nullable Sealer sealer, List<String> ids) {
    Tuple arguments = Tuple.tuple().addArrayOfString(ids.toArray(String[]::new));
    return database
        .keys()
        .withConnection(connection -> connection.preparedQuery(FIND_ACCESS_KEYS).execute(arguments))
        .map(rows -> open(sealer, rows));
  }

  private static AccessKeyLookUp.Found open(@Nullable Sealer sealer, RowSet<Row> rows) {
    Map<String, AccessKey> keys = new HashMap<>();
    Set<String> shut = new HashSet<>();
    for (Row row : rows) {
      String keyId = row.getString("key_id");
      try {
        keys.put(keyId, open(sealer, row));
      } catch (SecretException closed) {
        shut.add(keyId);
        log.atWarn()
            .addKeyValue("accessKeyId", keyId)
            .log("an access key cannot be opened: " + closed.getMessage());
      }
    }
    return new AccessKeyLookUp.Found(keys, shut);
  }

  /**
   * @throws SecretException when the secret cannot be opened
   */
  static AccessKey open(@Nullable Sealer sealer, Row row) {
    byte[] sealed = row.getBuffer("sealed").getBytes();
    if (sealer == null) {
      throw new SecretException(
          "it is sealed with the key "
              + Sealer.keyId(sealed)
              + " and this service has no keys; set HOLDPOINT_SECRET_KEY_FILE");
    }
    String accountId = row.getString("account_id");
    String keyId = row.getString("key_id");
    return new AccessKey(
        accountId,
        keyId,
        row.getString("user_name"),
        StoredAccessKey.active(row),
        sealer.open(place(accountId, keyId), sealed),
        List.of(row.getArrayOfStrings("roles")),
        row.getString("policy"));
  }
}
