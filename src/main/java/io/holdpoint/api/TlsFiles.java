package io.holdpoint.api;

import io.holdpoint.config.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of the configured files at one moment. Equal when nothing changed; says nothing of what
 * they hold, because one of them is a secret.
 */
final class TlsFiles {
  private static final int LARGEST = 1 << 20;
  private static final byte[] NONE = {};

  private final byte[] cert;
  private final byte[] key;
  private final byte[] clientCa;

  private TlsFiles(byte[] cert, byte[] key, byte[] clientCa) {
    this.cert = cert;
    this.key = key;
    this.clientCa = clientCa;
  }

  /**
   * Blocks for as long as the file system does.
   *
   * @throws TlsRefused when a file cannot be read
   */
  static TlsFiles read(TlsConfig config) {
    return new TlsFiles(
        read(config.cert(), "HOLDPOINT_TLS_CERT"),
        read(config.key(), "HOLDPOINT_TLS_KEY"),
        config.clientCa().isEmpty() ? NONE : read(config.clientCa(), "HOLDPOINT_TLS_CLIENT_CA"));
  }

  private static byte[] read(String file, String variable) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new TlsRefused(file + " is too large to be PEM; correct " + variable);
      }
      return bytes;
    } catch (NoSuchFileException | InvalidPathException missing) {
      throw new TlsRefused(file + " does not exist; correct " + variable);
    } catch (IOException unreadable) {
      throw new TlsRefused(
          file
              + " cannot be read ("
              + unreadable.getClass().getSimpleName()
              + "); make it a file that this user may read, or correct "
              + variable);
    }
  }

  byte[] cert() {
    return cert;
  }

  byte[] key() {
    return key;
  }

  /** Empty when no authority was configured. */
  byte[] clientCa() {
    return clientCa;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlsFiles that
        && Arrays.equals(cert, that.cert)
        && Arrays.equals(key, that.key)
        && Arrays.equals(clientCa, that.clientCa);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(cert);
  }
}
