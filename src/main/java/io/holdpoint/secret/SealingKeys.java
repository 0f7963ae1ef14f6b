package io.holdpoint.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that secrets are sealed with: lines of an id and 32 bytes in Base64, the first of which
 * is the current one. Empty lines and lines that begin with {@code #} say nothing.
 */
public final class SealingKeys {
  private static final int KEY_BYTES = 32;
  private static final int LARGEST_FILE = 64 << 10;
  private static final String ID = "[A-Za-z0-9._-]{1,32}";
  private static final String LINE = "an id (letters, digits, . _ -), a space, 32 bytes in Base64";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final String currentId;
  private final Map<String, SecretKey> keys;

  private SealingKeys(String currentId, Map<String, SecretKey> keys) {
    this.currentId = currentId;
    this.keys = keys;
  }

  /**
   * @throws SecretException when the file cannot be read, others than its owner may use it, or a
   *     line is wrong
   */
  public static SealingKeys read(Path file) {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
        throw new SecretException(
            "key file " + file + " is open to others than its owner; set its mode to 600");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
        if (bytes.length > LARGEST_FILE) {
          throw new SecretException("key file " + file + " is too large to hold keys");
        }
        return parse(new String(bytes, StandardCharsets.UTF_8), "key file " + file);
      }
    } catch (NoSuchFileException missing) {
      throw new SecretException(
          "key file " + file + " does not exist; correct HOLDPOINT_SECRET_KEY_FILE");
    } catch (IOException unreadable) {
      throw new SecretException(
          "key file " + file + " cannot be read (" + unreadable.getClass().getSimpleName() + ")");
    }
  }

  /**
   * @param source where the text is from, for messages
   * @throws SecretException naming the line that is wrong, never its content
   */
  public static SealingKeys parse(String text, String source) {
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      String[] words = line.strip().split("\\s+", -1);
      byte[] key = words.length == 2 ? decode(words[1]) : new byte[0];
      if (key.length != KEY_BYTES || !words[0].matches(ID)) {
        throw new SecretException(source + ", line " + number + ": allowed: " + LINE);
      }
      SecretKey previous = keys.put(words[0], new SecretKeySpec(key, "AES"));
      Arrays.fill(key, (byte) 0);
      if (previous != null) {
        throw new SecretException(source + ", line " + number + ": the id was given before");
      }
    }
    if (keys.isEmpty()) {
      throw new SecretException(source + " holds no key; allowed: lines of " + LINE);
    }
    return new SealingKeys(keys.keySet().iterator().next(), keys);
  }

  /** A line with a new random key under a new random id. */
  public static String generate() {
    SecureRandom random = new SecureRandom();
    byte[] id = new byte[4];
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(id);
    random.nextBytes(key);
    return "key-"
        + HexFormat.of().formatHex(id)
        + " "
        + Base64.getEncoder().encodeToString(key)
        + "\n";
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      return new byte[0];
    }
  }

  /** The id of the key that seals. */
  String currentId() {
    return currentId;
  }

  @Nullable SecretKey find(String id) {
    return keys.get(id);
  }

  /** The ids of the keys, never the keys. */
  @Override
  public String toString() {
    return "SealingKeys" + keys.keySet();
  }
}
