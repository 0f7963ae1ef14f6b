package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the contract's operations make of the roles is tested beside the contract. */
class RoleTest {
  @ParameterizedTest
  @EnumSource
  void isFoundByItsName(Role role) {
    assertThat(Role.parse(role.text())).isEqualTo(role);
    assertThat(role.attached().name()).isEqualTo(role.text());
  }

  @Test
  void namesTheRolesThereAre() {
    assertThatThrownBy(() -> Role.parse("BRAKE_ONLY"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: read-only, brake-only, operator, administrator");
  }

  @ParameterizedTest
  @CsvSource({
    "elasticsearch:ListPlugin, true, true, true",
    "elasticsearch:DescribePipeline, true, true, true",
    "elasticsearch:InterruptLogstashTask, false, true, true",
    "elasticsearch:ResumeLogstashTask, false, false, true",
    "elasticsearch:InstallSystemPlugin, false, false, true",
    "elasticsearch:DeleteLogstash, false, false, true",
    "holdpoint:DecideInstanceTask, false, false, true",
    "holdpoint:RevertInstanceTask, false, false, true",
    "holdpoint:PutInstanceNodes, false, false, false"
  })
  void reachesSoFarOnInstances(String action, boolean readOnly, boolean brake, boolean operator) {
    AccessRequest request = AccessRequests.of(action, "ls-1");

    assertThat(allows(Role.READ_ONLY, request)).isEqualTo(readOnly);
    assertThat(allows(Role.BRAKE_ONLY, request)).isEqualTo(brake);
    assertThat(allows(Role.OPERATOR, request)).isEqualTo(operator);
    assertThat(allows(Role.ADMINISTRATOR, request)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ADMINISTRATOR")
  void reachesNothingBesideInstances(Role role) {
    for (String resource : List.of("credentials/*", "credentials/vault-1", "audit/*", "keys/*")) {
      String name = "acs:holdpoint:cn-hangzhou:default:" + resource;

      assertThat(allows(role, AccessRequests.on(name, "holdpoint:ListCredentials"))).isFalse();
      assertThat(allows(role, AccessRequests.on(name, "holdpoint:GetAudit"))).isFalse();
    }
  }

  private static boolean allows(Role role, AccessRequest request) {
    return new PolicySet(List.of(role.attached())).decide(request).allowed();
  }
}
