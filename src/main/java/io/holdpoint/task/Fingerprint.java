package io.holdpoint.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * What a request asked for, in 16 bytes: the first half of SHA-256 over operation, instance and the
 * parameters that change the effect. Signature fields, the reason and {@code Prefer} stay out, so
 * that an honest retry has the same fingerprint and a reused client token has not.
 */
public final class Fingerprint {
  public static final int BYTES = 16;

  private Fingerprint() {}

  /** Parts are length-prefixed, so that no two different lists give the same input. */
  public static byte[] of(Operation operation, String instanceId, String... parameters) {
    MessageDigest digest = sha256();
    add(digest, operation.apiName());
    add(digest, instanceId);
    for (String parameter : parameters) {
      add(digest, parameter);
    }
    return Arrays.copyOf(digest.digest(), BYTES);
  }

  private static void add(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    digest.update((byte) (length >>> 24));
    digest.update((byte) (length >>> 16));
    digest.update((byte) (length >>> 8));
    digest.update((byte) length);
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
