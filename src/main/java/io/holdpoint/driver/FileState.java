package io.holdpoint.driver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file of a node.
 *
 * @param content null when the file is missing
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the hash is.
public record FileState(byte @Nullable [] content) {
  public static final FileState MISSING = new FileState(null);

  public boolean exists() {
    return content != null;
  }

  public String text() {
    return content == null ? "" : new String(content, StandardCharsets.UTF_8);
  }

  /** SHA-256 in lower-case hex; null when the file is missing. */
  public @Nullable String hash() {
    return content == null ? null : hash(content);
  }

  public static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
