package io.holdpoint.testkit;

import io.holdpoint.AccessKeys;
import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.AccessKeyRegister.Added;
import io.holdpoint.store.AccessKeyRegister.Rights;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whoever manages the access keys of a test's database: does what {@code holdpoint keys} does, with
 * the owner's login. The services on the database are given {@link #SIGNED} and {@link #SEALING}.
 */
public final class KeyIssuer implements AutoCloseable {
  private static final String SEALING_KEY = "test q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";

  /** The environment entry that turns signatures on. */
  public static final String SIGNED = "HOLDPOINT_AUTH_MODE=signature";

  /** The environment entry with the key that seals. */
  public static final String SEALING = "HOLDPOINT_SECRET_KEY=" + SEALING_KEY;

  private final AccessKeys keys;

  public KeyIssuer(TestDatabase database) {
    keys =
        AccessKeys.open(
            HoldpointConfig.load(
                null,
                Map.of(
                    "HOLDPOINT_POSTGRES_URI",
                    database.ownerUri(),
                    "HOLDPOINT_SECRET_KEY",
                    SEALING_KEY)));
  }

  /** Both entries, and those of a service that runs no steps. */
  public static Map<String, String> environment() {
    return Map.of(
        "HOLDPOINT_AUTH_MODE", "signature",
        "HOLDPOINT_SECRET_KEY", SEALING_KEY,
        "HOLDPOINT_WORKER", "off");
  }

  public AccessKey add(String account, String user, Role... roles) {
    return add(account, user, null, roles);
  }

  /**
   * @param policy a document of the key's own, beside the roles
   */
  public AccessKey add(String account, String user, @Nullable String policy, Role... roles) {
    return keys.run(register -> register.add(account, user, rights(policy, roles)).map(Added::key));
  }

  public void disable(AccessKey key) {
    keys.run(register -> register.setActive(key.keyId(), false));
  }

  /** Replaces what it may do. */
  public void setRoles(AccessKey key, Role... roles) {
    keys.run(register -> register.setRights(key.keyId(), rights(null, roles)));
  }

  private static Rights rights(@Nullable String policy, Role... roles) {
    return new Rights(List.of(roles).stream().map(Role::text).toList(), policy);
  }

  @Override
  public void close() {
    keys.close();
  }
}
