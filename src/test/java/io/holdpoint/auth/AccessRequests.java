package io.holdpoint.auth;

import java.time.Instant;
import java.util.List;

/** Requests as tests need them. */
final class AccessRequests {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private AccessRequests() {}

  /** An action on an instance, from 192.0.2.10, over TLS. */
  static AccessRequest of(String action, String instanceId) {
    return on("acs:elasticsearch:cn-hangzhou:default:logstashes/" + instanceId, action);
  }

  static AccessRequest on(String resource, String action) {
    String[] parts = resource.split(":", 5);
    return new AccessRequest(
        ActionName.parse(action),
        new ResourceName(parts[1], parts[2], parts[3], parts[4]),
        IpAddress.parse("192.0.2.10"),
        true,
        NOW);
  }

  static AccessRequest from(AccessRequest request, String address) {
    return new AccessRequest(
        request.action(),
        request.resource(),
        IpAddress.parse(address),
        request.secure(),
        request.now());
  }

  static AccessRequest plain(AccessRequest request) {
    return new AccessRequest(
        request.action(), request.resource(), request.source(), false, request.now());
  }

  static AccessRequest at(AccessRequest request, String moment) {
    return new AccessRequest(
        request.action(),
        request.resource(),
        request.source(),
        request.secure(),
        Instant.parse(moment));
  }

  static AccessDecision.Kind decide(AccessRequest request, String... documents) {
    return policies(documents).decide(request).kind();
  }

  /** The documents under the names policy-0, policy-1, ... */
  static PolicySet policies(String... documents) {
    PolicySet.Attached[] attached = new PolicySet.Attached[documents.length];
    for (int i = 0; i < documents.length; i++) {
      attached[i] = new PolicySet.Attached("policy-" + i, Policy.parse(documents[i]));
    }
    return new PolicySet(List.of(attached));
  }

  /** A document of these statements, in which ' stands for ". */
  static String document(String... statements) {
    return ("{'Version':'1','Statement':[" + String.join(",", statements) + "]}")
        .replace('\'', '"');
  }
}
