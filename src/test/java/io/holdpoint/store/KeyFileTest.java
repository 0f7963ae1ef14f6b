package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.secret.SealingKeys;
import io.holdpoint.secret.SecretException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  @TempDir Path dir;

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void isMadeOnceForItsOwnerOnly() throws Exception {
    Path file = dir.resolve("sealing-keys");

    SealingKeys made = KeyFile.obtain(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(KeyFile.obtain(file)).hasToString(made.toString());
    Files.delete(file);
    assertThat(KeyFile.obtain(file).toString()).isNotEqualTo(made.toString());
  }

  @Test
  void isNotReplacedWhenItIsDamaged() throws Exception {
    Path file = Files.writeString(dir.resolve("sealing-keys"), "key-1 hunter2");

    assertThatThrownBy(() -> KeyFile.obtain(file))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining(file + ", line 1")
        .hasMessageNotContaining("hunter2");
  }
}
