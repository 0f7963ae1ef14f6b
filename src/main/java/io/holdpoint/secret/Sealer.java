package io.holdpoint.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals secrets for storage with AES-256-GCM and a random nonce. A sealed value opens only at the
 * place it was sealed for, so one that was moved to another row stays shut. The first key seals;
 * all keys open. For any number of threads.
 *
 * <p>Sealed: version 1, length of the key id, key id, nonce of 12 bytes, ciphertext with its tag of
 * 16. All before the nonce is authenticated, as is the place.
 */
public final class Sealer {
  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final SealingKeys keys;
  private final SecureRandom random = new SecureRandom();

  public Sealer(SealingKeys keys) {
    this.keys = keys;
  }

  /**
   * What a secret is for and whose it is; a value sealed for one place opens at no other.
   *
   * @param purpose such as {@code credential}
   */
  public record Place(String purpose, String accountId, String name) {}

  /** The id of the key that seals from now on. */
  public String currentKeyId() {
    return keys.currentId();
  }

  public byte[] seal(Place place, byte[] secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    String keyId = keys.currentId();
    SecretKey key = keys.find(keyId);
    if (key == null) {
      throw new IllegalStateException("the current key is one of the keys");
    }
    byte[] header = header(keyId);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, header, place).doFinal(secret);
      return ByteBuffer.allocate(header.length + nonce.length + sealed.length)
          .put(header)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException("every JDK has AES/GCM", defect);
    }
  }

  /**
   * @throws SecretException when the key is not at hand, or the value was sealed for another place
   *     or changed since
   */
  public byte[] open(Place place, byte[] sealed) {
    String keyId = keyId(sealed);
    SecretKey key = keys.find(keyId);
    if (key == null) {
      throw new SecretException(
          "it is sealed with the key "
              + keyId
              + ", which this service does not have; add that key to HOLDPOINT_SECRET_KEY_FILE or"
              + " store the secret again");
    }
    byte[] header = header(keyId);
    ByteBuffer rest = ByteBuffer.wrap(sealed).position(header.length);
    byte[] nonce = new byte[NONCE_BYTES];
    rest.get(nonce);
    byte[] ciphertext = new byte[rest.remaining()];
    rest.get(ciphertext);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, header, place).doFinal(ciphertext);
    } catch (AEADBadTagException changed) {
      throw new SecretException(
          "it does not open with the key "
              + keyId
              + ": the stored value was changed or moved, or another key has this id now; store"
              + " the secret again");
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException("every JDK has AES/GCM", defect);
    }
  }

  /**
   * The same secret under the current key; the very same array when it is already.
   *
   * @throws SecretException as {@link #open}
   */
  public byte[] reseal(Place place, byte[] sealed) {
    return keyId(sealed).equals(keys.currentId()) ? sealed : seal(place, open(place, sealed));
  }

  /**
   * The id of the key that sealed it; not authenticated before it is opened.
   *
   * @throws SecretException when it was not sealed by any version of this class that is known here
   */
  public static String keyId(byte[] sealed) {
    int length = sealed.length < 2 ? 0 : Byte.toUnsignedInt(sealed[1]);
    if (length == 0
        || sealed[0] != VERSION
        || sealed.length < 2 + length + NONCE_BYTES + TAG_BYTES) {
      throw new SecretException(
          "the stored value is damaged or was sealed by a newer version; store the secret again");
    }
    return new String(sealed, 2, length, StandardCharsets.US_ASCII);
  }

  private static byte[] header(String keyId) {
    byte[] id = keyId.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + id.length).put(VERSION).put((byte) id.length).put(id).array();
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] header, Place place)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(header);
    // Length-prefixed, so that no two places give the same bytes.
    for (String part : new String[] {place.purpose(), place.accountId(), place.name()}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      cipher.updateAAD(bytes);
    }
    return cipher;
  }

  @Override
  public String toString() {
    return "Sealer[" + keys + "]";
  }
}
