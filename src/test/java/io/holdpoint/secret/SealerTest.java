package io.holdpoint.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.secret.Sealer.Place;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealerTest {
  private static final byte[] SECRET = "hunter2 \u00e9".getBytes(StandardCharsets.UTF_8);
  private static final Place PLACE = new Place("credential", "default", "vault-1");
  private static final String OLD = SealingKeys.generate();
  private static final String NEW = SealingKeys.generate();

  private final Sealer sealer = sealer(OLD);

  private static Sealer sealer(String... lines) {
    return new Sealer(SealingKeys.parse(String.join("", lines), "a test"));
  }

  @Test
  void opensWhatItSealed() {
    byte[] sealed = sealer.seal(PLACE, SECRET);

    assertThat(sealer.open(PLACE, sealed)).isEqualTo(SECRET);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("hunter2");
    assertThat(sealer.open(PLACE, sealer.seal(PLACE, new byte[0]))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "access-key,default,vault-1",
    "credential,other,vault-1",
    "credential,default,vault-2",
    "credential,defaultv,ault-1",
    "credentiald,efault,vault-1"
  })
  void staysShutAtAnotherPlace(String purpose, String account, String name) {
    byte[] sealed = sealer.seal(PLACE, SECRET);
    Place other = new Place(purpose, account, name);

    assertThatThrownBy(() -> sealer.open(other, sealed))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("changed or moved");
  }

  @Test
  void staysShutWhenAnyByteWasChanged() {
    byte[] sealed = sealer.seal(PLACE, SECRET);

    for (int i = 0; i < sealed.length; i++) {
      byte[] tampered = sealed.clone();
      tampered[i] ^= 1;
      assertThatThrownBy(() -> sealer.open(PLACE, tampered))
          .as("byte " + i)
          .isInstanceOf(SecretException.class);
    }
  }

  @Test
  void staysShutWhenCutShortAnywhere() {
    byte[] sealed = sealer.seal(PLACE, SECRET);

    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> sealer.open(PLACE, cut))
          .as(length + " bytes")
          .isInstanceOf(SecretException.class);
    }
  }

  @Test
  void namesTheKeyThatIsMissing() {
    byte[] sealed = sealer.seal(PLACE, SECRET);

    assertThatThrownBy(() -> sealer(NEW).open(PLACE, sealed))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining(sealer.currentKeyId())
        .hasMessageContaining("HOLDPOINT_SECRET_KEY_FILE");
  }

  @Test
  void staysShutUnderAnotherKeyOfTheSameId() {
    byte[] sealed = sealer.seal(PLACE, SECRET);
    String sameId = sealer.currentKeyId() + " " + NEW.substring(NEW.indexOf(' ') + 1);

    assertThatThrownBy(() -> sealer(sameId).open(PLACE, sealed))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("another key has this id");
  }

  @Test
  void neverSealsTwiceWithOneNonce() {
    Set<String> nonces = new HashSet<>();
    int header = 2 + sealer.currentKeyId().length();
    for (int i = 0; i < 1_000; i++) {
      byte[] sealed = sealer.seal(PLACE, SECRET);
      nonces.add(new String(sealed, header, 12, StandardCharsets.ISO_8859_1));
    }

    assertThat(nonces).hasSize(1_000);
  }

  @Test
  void sealsWithTheFirstKeyAndOpensWithAll() {
    byte[] before = sealer.seal(PLACE, SECRET);
    Sealer rotated = sealer(NEW, OLD);

    assertThat(rotated.open(PLACE, before)).isEqualTo(SECRET);
    byte[] after = rotated.reseal(PLACE, before);
    assertThat(Sealer.keyId(after)).isEqualTo(rotated.currentKeyId()).isNotEqualTo(OLD);
    assertThat(sealer(NEW).open(PLACE, after)).isEqualTo(SECRET);
    assertThat(rotated.reseal(PLACE, after)).isSameAs(after);
  }

  @Test
  void showsKeyIdsAndNothingElse() {
    String key = OLD.substring(OLD.indexOf(' ') + 1).strip();

    assertThat(sealer.toString()).contains(sealer.currentKeyId()).doesNotContain(key);
  }
}
