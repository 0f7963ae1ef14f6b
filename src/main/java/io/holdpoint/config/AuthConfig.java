package io.holdpoint.config;

/**
 * Who may call the API, and the access key that a service brings along from its first start on; an
 * empty id means none. The secret is hidden in {@link #toString}. {@code debug} adds the string to
 * sign to the answer to a wrong signature.
 */
public record AuthConfig(
    Mode mode, String accessKeyId, @Hidden String accessKeySecret, boolean debug) {
  private static final String ID = "[A-Za-z0-9._-]{1,64}";
  private static final String SECRET = "[!-~]{16,128}";

  /** {@link #OFF} trusts every caller and is allowed only where all callers are local. */
  public enum Mode {
    OFF,
    SIGNATURE
  }

  public AuthConfig {
    checkAccessKey(accessKeyId, accessKeySecret);
  }

  public boolean hasAccessKey() {
    return !accessKeyId.isEmpty();
  }

  private static void checkAccessKey(String id, String secret) {
    if (!id.isEmpty() && !id.matches(ID)) {
      throw Limits.refused(
          "auth.access-key-id",
          "is " + Limits.shown(id) + "; allowed: 1 to 64 of A-Z, a-z, 0-9, . _ -");
    }
    if (id.isEmpty() != secret.isEmpty()) {
      String missing = id.isEmpty() ? "auth.access-key-id" : "auth.access-key-secret";
      String given = id.isEmpty() ? "auth.access-key-secret" : "auth.access-key-id";
      throw Limits.refused(missing, "is not set beside " + Limits.named(given) + "; set both");
    }
    if (!secret.isEmpty() && !secret.matches(SECRET)) {
      throw Limits.refused(
          "auth.access-key-secret",
          "is not usable (value hidden); allowed: 16 to 128 printable ASCII characters without"
              + " spaces");
    }
  }

  @Override
  public String toString() {
    return Binder.describe(this);
  }
}
