package io.holdpoint.store;

import io.holdpoint.secret.SealingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sealing keys that a data directory holds for itself, made when they are first asked for. */
final class KeyFile {
  private KeyFile() {}

  /**
   * A new file has a key of a new id: what a lost file sealed stays shut and names the id it wants.
   *
   * @throws io.holdpoint.secret.SecretException when the file was damaged
   */
  static SealingKeys obtain(Path file) throws IOException {
    if (Files.exists(file)) {
      PrivateFiles.restrict(file);
    } else {
      PrivateFiles.write(file, SealingKeys.generate());
    }
    return SealingKeys.read(file);
  }
}
