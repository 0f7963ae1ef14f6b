package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessKeyTest {

  @Test
  void itsTextHidesTheSecret() {
    assertThat(key("hush-hush", true, "policy-text").toString())
        .isEqualTo("AccessKey[HPKEY of default/deploy, active, [operator]]");
  }

  @Test
  void keysThatJudgeACallAlikeAreEqual() {
    assertThat(key("a", true, "p"))
        .isEqualTo(key("a", true, "p"))
        .hasSameHashCodeAs(key("b", true, "p"));
    assertThat(key("a", true, "p")).isNotEqualTo(key("b", true, "p"));
    assertThat(key("a", true, "p")).isNotEqualTo(key("a", false, "p"));
    assertThat(key("a", true, "p")).isNotEqualTo(key("a", true, null));
  }

  @ParameterizedTest
  @CsvSource({
    "HPKEY, true",
    "STS.a_b-1, true",
    "'', false",
    "a b, false",
    "a:b, false",
    "a\u00e9, false"
  })
  void anIdHasAForm(String text, boolean id) {
    assertThat(AccessKey.isId(text)).isEqualTo(id);
    assertThat(AccessKey.isId("x".repeat(64))).isTrue();
    assertThat(AccessKey.isId("x".repeat(65))).isFalse();
  }

  private static AccessKey key(String secret, boolean active, @Nullable String policy) {
    return new AccessKey(
        "default",
        "HPKEY",
        "deploy",
        active,
        secret.getBytes(StandardCharsets.US_ASCII),
        List.of("operator"),
        policy);
  }
}
