package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.auth.AccessDecision.Kind;
import org.junit.jupiter.api.Test;

class AccessDeniedDetailTest {
  private static final ActionName RESUME = ActionName.parse("elasticsearch:ResumeLogstashTask");

  @Test
  void saysWhatWasAskedByWhomAndWhyNot() {
    assertThat(new AccessDeniedDetail(RESUME, "default", "ci", Kind.IMPLICIT_DENY).json())
        .isEqualTo(
            "{\"AuthAction\":\"elasticsearch:ResumeLogstashTask\","
                + "\"AuthPrincipalDisplayName\":\"ci\","
                + "\"AuthPrincipalOwnerId\":\"default\","
                + "\"AuthPrincipalType\":\"SubUser\","
                + "\"NoPermissionType\":\"ImplicitDeny\","
                + "\"PolicyType\":\"AccountLevelIdentityBasedPolicy\"}");
    assertThat(new AccessDeniedDetail(RESUME, "default", "ci", Kind.EXPLICIT_DENY).members())
        .containsEntry("NoPermissionType", "ExplicitDeny");
  }

  @Test
  void isJsonWhateverTheNamesHold() {
    assertThat(new AccessDeniedDetail(RESUME, "a\"}", "b\n", Kind.EXPLICIT_DENY).json())
        .contains("\"a\\\"}\"", "\"b\\n\"");
  }

  @Test
  void hasNothingToSayWhereNothingWasDenied() {
    assertThatThrownBy(() -> new AccessDeniedDetail(RESUME, "default", "ci", Kind.ALLOWED))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
