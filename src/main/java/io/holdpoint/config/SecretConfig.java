package io.holdpoint.config;

/**
 * Where the keys are that seal stored secrets; both empty means that none were given. {@code key}
 * is their text itself and hidden in {@link #toString}.
 */
public record SecretConfig(String keyFile, @Hidden String key) {

  public SecretConfig {
    if (keyFile.indexOf('\0') >= 0) {
      throw Limits.refused("secret.key-file", "holds a zero byte; allowed: a path of a file");
    }
    if (!keyFile.isEmpty() && !key.isEmpty()) {
      throw Limits.refused(
          "secret.key",
          "is set (value hidden) beside "
              + Limits.named("secret.key-file")
              + "; allowed: one of them");
    }
  }

  @Override
  public String toString() {
    return Binder.describe(this);
  }
}
