package io.holdpoint.store;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An access key as it may be shown: all but its secret. */
public record StoredAccessKey(
    String accountId,
    String keyId,
    String user,
    boolean active,
    List<String> roles,
    @Nullable String policy,
    Instant createdAt,
    Instant updatedAt) {
  static final String ACTIVE = "active";
  static final String DISABLED = "disabled";

  public StoredAccessKey {
    roles = List.copyOf(roles);
  }

  static StoredAccessKey of(Row row) {
    return new StoredAccessKey(
        row.getString("account_id"),
        row.getString("key_id"),
        row.getString("user_name"),
        active(row),
        List.of(row.getArrayOfStrings("roles")),
        row.getString("policy"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  static boolean active(Row row) {
    return row.getString("state").equals(ACTIVE);
  }
}
