package io.holdpoint.api;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.SignatureClaim;
import io.holdpoint.task.Nonce;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: the holder of a key whose signature was verified, or, where signatures are off, whoever
 * can connect.
 *
 * @param principal who is named in events and audit records
 * @param claim null without a signature
 */
record Caller(String accountId, String principal, @Nullable SignatureClaim claim) {
  static final String DEFAULT_ACCOUNT = "default";

  static Caller unsigned(String address) {
    return new Caller(DEFAULT_ACCOUNT, "unsigned " + address, null);
  }

  static Caller of(AccessKey key, SignatureClaim claim) {
    return new Caller(key.accountId(), key.user() + "/" + key.keyId(), claim);
  }

  @Nullable String keyId() {
    return claim == null ? null : claim.accessKeyId();
  }

  /**
   * What the request is remembered by; null when it is not signed or has no nonce.
   *
   * @param fingerprint of the intent: two headers that change it are not always signed
   */
  @Nullable Nonce nonce(byte[] fingerprint) {
    if (claim == null || claim.nonce() == null) {
      return null;
    }
    byte[] name = (claim.accessKeyId() + '\n' + claim.nonce()).getBytes(StandardCharsets.UTF_8);
    return new Nonce(digest(name), digest(claim.requestDigest(), fingerprint));
  }

  private static UUID digest(byte[]... parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha256.update(part);
      }
      ByteBuffer bytes = ByteBuffer.wrap(sha256.digest());
      return new UUID(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
