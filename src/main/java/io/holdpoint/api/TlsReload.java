package io.holdpoint.api;

import io.holdpoint.config.TlsConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the files of the HTTPS listener and gives it what they hold, when that is good: new
 * connections get the new certificate, those that live go on. What is not good is logged once, and
 * the last good one stays. Looks at content, not at dates, so that a swapped link is seen too;
 * reads off the event loop, one look at a time.
 */
final class TlsReload {
  private static final Logger log = LoggerFactory.getLogger(TlsReload.class);

  private final Vertx vertx;
  private final TlsConfig config;
  private final InstantSource clock;
  private final Counter failures;
  private final MeterRegistry registry;
  private volatile @Nullable TlsIdentity current;
  private @Nullable TlsFiles refused;
  private @Nullable String problem;
  private boolean looking;

  TlsReload(Vertx vertx, TlsConfig config, InstantSource clock, MeterRegistry registry) {
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    this.registry = registry;
    failures =
        Counter.builder("holdpoint.tls.reload.failures")
            .description("changed certificate files that could not be used")
            .register(registry);
  }

  /** What a listener begins with; fails with {@link TlsRefused}. */
  Future<TlsIdentity> load() {
    return vertx
        .executeBlocking(() -> TlsIdentity.of(vertx, config, TlsFiles.read(config)))
        .onSuccess(
            loaded -> {
              adopt(loaded);
              Gauge.builder("holdpoint.tls.certificate.expires", this, TlsReload::expires)
                  .description("when the certificate in use expires, seconds since 1970")
                  .baseUnit("seconds")
                  .register(registry);
            });
  }

  /** Looks again and again from now on; ends with the verticle that calls this. */
  void watch(HttpServer server) {
    vertx.setPeriodic(config.reloadInterval().toMillis(), tick -> look(server));
  }

  private void look(HttpServer server) {
    if (looking) {
      return;
    }
    looking = true;
    TlsIdentity known = current;
    vertx
        .executeBlocking(() -> TlsFiles.read(config))
        .compose(
            files ->
                known != null && files.equals(known.files())
                    ? unchanged()
                    : files.equals(refused) ? Future.<Void>succeededFuture() : use(server, files))
        .onComplete(
            done -> looking = false,
            failure -> {
              looking = false;
              report(String.valueOf(failure.getMessage()));
            });
  }

  private Future<Void> unchanged() {
    refused = null;
    problem = null;
    return Future.succeededFuture();
  }

  private Future<Void> use(HttpServer server, TlsFiles files) {
    return vertx
        .executeBlocking(() -> TlsIdentity.of(vertx, config, files))
        .compose(next -> server.updateSSLOptions(next.options()).map(next))
        .onFailure(failure -> refused = files)
        .map(
            next -> {
              adopt(next);
              return null;
            });
  }

  private void adopt(TlsIdentity next) {
    current = next;
    refused = null;
    problem = null;
    log.atInfo().addKeyValue("expires", next.expires()).log("certificate in use");
    String complaint = next.complaint(config, clock.instant());
    if (complaint != null) {
      log.atWarn().log(complaint);
    }
  }

  private void report(String message) {
    if (!message.equals(problem)) {
      problem = message;
      failures.increment();
      log.atError().log("the certificate was not reloaded, the one in use stays: " + message);
    }
  }

  private double expires() {
    TlsIdentity identity = current;
    return identity == null ? 0 : identity.expires().getEpochSecond();
  }
}
