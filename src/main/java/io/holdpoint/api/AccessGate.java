package io.holdpoint.api;

import io.holdpoint.auth.AccessDecision;
import io.holdpoint.auth.AccessDeniedDetail;
import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.AccessRequest;
import io.holdpoint.auth.AuthError;
import io.holdpoint.auth.AuthException;
import io.holdpoint.auth.IpAddress;
import io.holdpoint.auth.KeyStore;
import io.holdpoint.auth.Permission;
import io.holdpoint.auth.ResourceName;
import io.holdpoint.auth.SignatureClaim;
import io.holdpoint.auth.SignatureVerifier;
import io.holdpoint.config.AuthConfig;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may come in: signature, key, rate limit, policy, in this order; each decision goes to the
 * audit trail. With a key in the cache all of it happens at once, on the event loop.
 */
final class AccessGate {
  /** Alibaba Cloud's own: a request is refused when its time is further off than this. */
  static final Duration WINDOW = Duration.ofMinutes(15);

  private static final Logger log = LoggerFactory.getLogger(AccessGate.class);

  private final AuthConfig config;
  private final String region;
  private final KeyStore keys;
  private final SignatureVerifier verifier;
  private final RateLimits limits;
  private final AuditLog audit;
  private final Refusals refusals;
  private final InstantSource clock;
  private final PolicyBook policies = new PolicyBook();

  AccessGate(
      AuthConfig config,
      String region,
      KeyStore keys,
      RateLimits limits,
      AuditLog audit,
      Refusals refusals,
      InstantSource clock) {
    this.config = config;
    this.region = region;
    this.keys = keys;
    this.limits = limits;
    this.audit = audit;
    this.refusals = refusals;
    this.clock = clock;
    verifier = new SignatureVerifier(clock, WINDOW);
  }

  /** Runs {@code admitted} with the exchange's caller known, or answers the exchange. */
  void admit(Exchange exchange, ApiOperation operation, byte[] body, Runnable admitted) {
    if (operation.permission() == null) {
      admitted.run();
      return;
    }
    if (config.mode() == AuthConfig.Mode.OFF) {
      exchange.identify(Caller.unsigned(exchange.source()));
      audit.decided(exchange, operation, AuditDecision.ALLOWED, null);
      admitted.run();
      return;
    }
    SignatureClaim claim;
    try {
      claim = SignatureClaim.read(new RequestView(exchange, body));
    } catch (AuthException refused) {
      refuse(exchange, operation, null, null, refused.error());
      return;
    }
    CompletableFuture<Optional<AccessKey>> found =
        keys.find(claim.accessKeyId()).toCompletableFuture();
    if (found.isDone() && !found.isCompletedExceptionally()) {
      judge(exchange, operation, claim, found.join(), admitted);
      return;
    }
    exchange.when(
        Future.fromCompletionStage(found, Vertx.currentContext())
            .otherwise(
                failure -> {
                  unavailable(exchange, operation, claim, failure);
                  return null;
                }),
        key -> {
          if (key != null) {
            judge(exchange, operation, claim, key, admitted);
          }
        });
  }

  private void unavailable(
      Exchange exchange, ApiOperation operation, SignatureClaim claim, Throwable failure) {
    log.atWarn()
        .addKeyValue("requestId", Exchange.text(exchange.requestId()))
        .log("an access key cannot be looked up: " + failure.getMessage());
    audit.unknown(
        exchange,
        operation,
        AuditRecord.NO_ACCOUNT,
        claim.accessKeyId(),
        AuditDecision.UNAVAILABLE,
        ApiError.UNAVAILABLE.code());
    exchange.fail(ApiError.UNAVAILABLE);
  }

  private void judge(
      Exchange exchange,
      ApiOperation operation,
      SignatureClaim claim,
      Optional<AccessKey> found,
      Runnable admitted) {
    AccessKey key = found.orElse(null);
    try {
      verify(operation, claim, key);
    } catch (AuthException refused) {
      refuse(exchange, operation, claim, key, refused.error());
      return;
    }
    if (key == null) {
      throw new IllegalStateException("an unknown key is refused above");
    }
    exchange.identify(Caller.of(key, claim));
    exchange.refuseThrough(tell -> refusals.answer(exchange, operation, tell));
    long wait = limits.throttledMillis(key.accountId(), key.keyId(), exchange.isInterrupt());
    if (wait > 0) {
      audit.decided(exchange, operation, AuditDecision.THROTTLED, ApiError.THROTTLED.code());
      exchange.throttle(wait);
      return;
    }
    AccessDecision decision = decide(exchange, operation, key);
    if (decision.allowed()) {
      audit.decided(exchange, operation, AuditDecision.ALLOWED, null);
      admitted.run();
      return;
    }
    audit.decided(exchange, operation, AuditDecision.DENIED, ApiError.FORBIDDEN.code());
    AccessDeniedDetail detail = detail(operation, key, decision);
    exchange.refuse(() -> exchange.deny(detail));
  }

  private void verify(ApiOperation operation, SignatureClaim claim, @Nullable AccessKey key)
      throws AuthException {
    if (key == null) {
      throw new AuthException(AuthError.KEY_NOT_FOUND);
    }
    if (!key.active()) {
      throw new AuthException(AuthError.KEY_DISABLED);
    }
    verifier.verify(claim, key.secret());
    if (operation.changing() && claim.nonce() == null) {
      throw new AuthException(AuthError.MISSING_NONCE);
    }
  }

  private AccessDecision decide(Exchange exchange, ApiOperation operation, AccessKey key) {
    Permission permission = operation.permission();
    ResourceName resource =
        operation.resource(region, key.accountId(), exchange.target().segments());
    if (permission == null || resource == null) {
      throw new IllegalStateException("an operation without a permission needs no decision");
    }
    return policies
        .of(key)
        .decide(
            new AccessRequest(
                permission.action(),
                resource,
                IpAddress.parse(exchange.source()),
                exchange.request().isSSL(),
                clock.instant()));
  }

  private static AccessDeniedDetail detail(
      ApiOperation operation, AccessKey key, AccessDecision decision) {
    Permission permission = operation.permission();
    if (permission == null) {
      throw new IllegalStateException("what needs no permission cannot be denied");
    }
    return new AccessDeniedDetail(
        permission.action(), key.accountId(), key.user(), decision.kind());
  }

  /** What somebody did in the name of a key stands with the account of that key. */
  private void refuse(
      Exchange exchange,
      ApiOperation operation,
      @Nullable SignatureClaim claim,
      @Nullable AccessKey key,
      AuthError error) {
    audit.unknown(
        exchange,
        operation,
        key == null ? AuditRecord.NO_ACCOUNT : key.accountId(),
        claim == null ? null : claim.accessKeyId(),
        AuditDecision.DENIED,
        error.code());
    String message = error.message();
    if (config.debug() && claim != null && error == AuthError.SIGNATURE_DOES_NOT_MATCH) {
      message += " server string to sign is:" + claim.canonicalText();
    }
    exchange.fail(error.status(), error.code(), message);
  }
}
