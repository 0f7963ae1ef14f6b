package io.holdpoint.api;

import io.holdpoint.auth.Permission;
import io.holdpoint.auth.ResourceName;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the audit trail what was decided about an exchange. */
final class AuditLog {
  private final Consumer<AuditRecord> trail;
  private final String region;
  private final InstantSource clock;
  private final ApiMetrics metrics;

  AuditLog(Consumer<AuditRecord> trail, String region, InstantSource clock, ApiMetrics metrics) {
    this.trail = trail;
    this.metrics = metrics;
    this.region = region;
    this.clock = clock;
  }

  /** About a caller that is known. */
  void decided(
      Exchange exchange, ApiOperation operation, AuditDecision decision, @Nullable String code) {
    Caller caller = exchange.caller();
    record(
        exchange,
        operation,
        caller.accountId(),
        caller.keyId(),
        caller.principal(),
        decision,
        code);
  }

  /** About a caller that is not who it says, or that cannot be known now. */
  void unknown(
      Exchange exchange,
      ApiOperation operation,
      String accountId,
      @Nullable String keyId,
      AuditDecision decision,
      String code) {
    record(exchange, operation, accountId, keyId, "unknown", decision, code);
  }

  private void record(
      Exchange exchange,
      ApiOperation operation,
      String accountId,
      @Nullable String keyId,
      String principal,
      AuditDecision decision,
      @Nullable String code) {
    List<String> segments = exchange.target().segments();
    ResourceName resource = operation.resource(region, accountId, segments);
    Permission permission = operation.permission();
    metrics.decided(decision);
    trail.accept(
        new AuditRecord(
            UUID.randomUUID(),
            accountId,
            clock.instant(),
            exchange.requestId(),
            keyId,
            principal,
            permission == null ? operation.id() : permission.action().text(),
            operation.changing(),
            resource == null ? null : resource.text(),
            operation.instanceId(segments),
            exchange.source(),
            decision,
            code));
  }
}
