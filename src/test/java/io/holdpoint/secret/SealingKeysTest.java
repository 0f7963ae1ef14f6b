package io.holdpoint.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealingKeysTest {
  private static final String KEY = "q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";

  @TempDir Path dir;

  @Test
  void firstLineIsTheCurrentKey() {
    SealingKeys keys =
        SealingKeys.parse("# ours\r\n\n  b-2\t" + KEY + " \na-1 " + KEY + "\n", "a test");

    assertThat(keys.currentId()).isEqualTo("b-2");
    assertThat(keys.find("a-1")).isNotNull();
    assertThat(keys.find("c")).isNull();
    assertThat(keys).hasToString("SealingKeys[b-2, a-1]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k",
        KEY,
        "k " + KEY + " x",
        "k/1 " + KEY,
        "k aHVudGVyMg==",
        "k q83v-_ECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=",
        "k q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd",
        "k-0123456789012345678901234567890123456789 " + KEY
      })
  void lineOfAnotherFormIsNamedAndNotShown(String line) {
    assertThatThrownBy(() -> SealingKeys.parse("#\n" + line, "HOLDPOINT_SECRET_KEY"))
        .isInstanceOf(SecretException.class)
        .hasMessage(
            "HOLDPOINT_SECRET_KEY, line 2: allowed: an id (letters, digits, . _ -), a space,"
                + " 32 bytes in Base64");
  }

  @Test
  void sameIdTwiceIsRefused() {
    assertThatThrownBy(() -> SealingKeys.parse("k " + KEY + "\nk " + KEY, "a test"))
        .hasMessage("a test, line 2: the id was given before");
  }

  @Test
  void textWithoutAKeyIsRefused() {
    assertThatThrownBy(() -> SealingKeys.parse("# none\n", "a test"))
        .hasMessageStartingWith("a test holds no key");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void fileThatOthersMayUseIsRefused() throws IOException {
    Path file = Files.writeString(dir.resolve("keys"), SealingKeys.generate());

    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertThatThrownBy(() -> SealingKeys.read(file))
          .isInstanceOf(SecretException.class)
          .hasMessage(
              "key file " + file + " is open to others than its owner; set its mode to 600");
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThatCode(() -> SealingKeys.read(file)).doesNotThrowAnyException();
  }

  @Test
  void fileThatIsNoneIsNamed() {
    Path missing = dir.resolve("keys");

    assertThatThrownBy(() -> SealingKeys.read(missing))
        .hasMessage("key file " + missing + " does not exist; correct HOLDPOINT_SECRET_KEY_FILE");
    assertThatThrownBy(() -> SealingKeys.read(dir)).isInstanceOf(SecretException.class);
  }

  @Test
  void everyGeneratedKeyIsNew() {
    assertThat(SealingKeys.generate()).isNotEqualTo(SealingKeys.generate());
  }
}
