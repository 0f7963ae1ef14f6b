package io.holdpoint;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.config.AuthConfig;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.config.PostgresConfig;
import io.holdpoint.secret.Sealer;
import io.holdpoint.store.AccessKeyException;
import io.holdpoint.store.AccessKeyRegister;
import io.holdpoint.store.AccessKeyRegister.Operator;
import io.holdpoint.store.Database;
import io.holdpoint.store.FirstAccessKey;
import io.holdpoint.store.StartException;
import io.holdpoint.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access keys of the configured database: for the command line, beside a service that runs or
 * without one, and at the start of a service.
 */
public final class AccessKeys implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessKeys.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PATIENCE_SECONDS = 2 * PATIENCE.toSeconds();
  private static final String FIRST_ACCOUNT = "default";
  private static final String FIRST_USER = "first-key";
  private static final String FIRST_ROLE = "administrator";

  private final Persistence persistence;
  private final Vertx vertx;
  private final Database database;
  private final AccessKeyRegister register;

  private AccessKeys(HoldpointConfig config, Persistence persistence) {
    this.persistence = persistence;
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    database = new Database(vertx, patient(config.postgres()), persistence.uri());
    String person = "local user " + System.getProperty("user.name");
    Operator operator = new Operator(person, "command line", Clock.systemUTC());
    register = new AccessKeyRegister(database, persistence.sealer(), operator);
  }

  /** Nobody's deadline is near: a person waits rather than try again. */
  private static PostgresConfig patient(PostgresConfig config) {
    return new PostgresConfig(
        config.uri(),
        config.ownerUri(),
        config.migrate(),
        longer(config.connectTimeout()),
        longer(config.statementTimeout()),
        longer(config.lockTimeout()),
        config.queryPool(),
        config.queryQueue());
  }

  private static Duration longer(Duration timeout) {
    return timeout.compareTo(PATIENCE) < 0 ? PATIENCE : timeout;
  }

  /**
   * Starts or finds the database; blocking.
   *
   * @throws StartException with one line that says what to do
   */
  public static AccessKeys open(HoldpointConfig config) {
    return new AccessKeys(config, Persistence.join(config));
  }

  /**
   * What {@code work} brings; blocking.
   *
   * @throws StartException with one line that says why it was refused or failed, and what to do
   */
  public <T> T run(Function<AccessKeyRegister, Future<T>> work) {
    try {
      return work.apply(register).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (AccessKeyException refused) {
      throw new StartException(String.valueOf(refused.getMessage()));
    } catch (StoreException failure) {
      throw new StartException(
          failure.forbidden()
              ? "the login of the database may not do that; set HOLDPOINT_POSTGRES_OWNER_URI"
              : "the database failed: " + failure.getMessage() + "; try again");
    } catch (TimeoutException silent) {
      throw new StartException("the database does not answer; try again");
    }
  }

  /** The key of the configuration, if it names one, and old seals renewed in the background. */
  static Future<Void> prepare(Database database, @Nullable Sealer sealer, AuthConfig auth) {
    Operator service = new Operator("holdpoint serve", "start", Clock.systemUTC());
    new AccessKeyRegister(database, sealer, service)
        .reseal()
        .onFailure(
            failure ->
                log.atWarn()
                    .log("access keys keep their old seals until the next start: " + failure));
    return auth.hasAccessKey()
        ? new FirstAccessKey(database, sealer, service).ensure(first(auth))
        : Future.succeededFuture();
  }

  private static AccessKey first(AuthConfig auth) {
    return new AccessKey(
        FIRST_ACCOUNT,
        auth.accessKeyId(),
        FIRST_USER,
        true,
        auth.accessKeySecret().getBytes(StandardCharsets.US_ASCII),
        List.of(FIRST_ROLE),
        null);
  }

  @Override
  public void close() {
    try {
      database.close().eventually(vertx::close).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException silent) {
      log.atWarn().log("the database connections did not close");
    } finally {
      persistence.close();
    }
  }
}
