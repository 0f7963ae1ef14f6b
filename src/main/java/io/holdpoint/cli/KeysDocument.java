package io.holdpoint.cli;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.store.StoredAccessKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Access keys as {@code holdpoint keys} prints them. */
final class KeysDocument {
  private KeysDocument() {}

  /** The one time that a secret is shown. */
  static JsonObject withSecret(AccessKey key) {
    return new JsonObject()
        .put("accountId", key.accountId())
        .put("user", key.user())
        .put("accessKeyId", key.keyId())
        .put("accessKeySecret", new String(key.secret(), StandardCharsets.US_ASCII))
        .put("roles", new JsonArray(key.roles()))
        .put("policy", key.policy());
  }

  static List<String> linesWithSecret(AccessKey key) {
    return List.of(
        "access key id:     " + key.keyId(),
        "access key secret: " + new String(key.secret(), StandardCharsets.US_ASCII),
        "of user " + key.user() + " in account " + key.accountId(),
        "Keep the secret now: it is stored sealed and not shown again.");
  }

  static JsonArray list(List<StoredAccessKey> keys) {
    JsonArray list = new JsonArray();
    for (StoredAccessKey key : keys) {
      list.add(
          new JsonObject()
              .put("accountId", key.accountId())
              .put("user", key.user())
              .put("accessKeyId", key.keyId())
              .put("active", key.active())
              .put("roles", new JsonArray(key.roles()))
              .put("policy", key.policy())
              .put("createdAt", key.createdAt().toString())
              .put("updatedAt", key.updatedAt().toString()));
    }
    return list;
  }

  /** Account, user, id, state, rights, separated by spaces, which none of them holds. */
  static String line(StoredAccessKey key) {
    String rights = String.join(",", key.roles());
    if (key.policy() != null) {
      rights += rights.isEmpty() ? "policy" : ",policy";
    }
    return String.join(
        "  ",
        key.accountId(),
        key.user(),
        key.keyId(),
        key.active() ? "active" : "disabled",
        rights);
  }
}
