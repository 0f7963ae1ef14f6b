package io.holdpoint.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InstanceStatusTest {
  @Test
  void statusIsDerivedFromTheUnfinishedTask() {
    assertThat(InstanceStatus.of(Standing.NORMAL, null)).isEqualTo(InstanceStatus.ACTIVE);
    for (TaskState state : TaskState.values()) {
      InstanceStatus expected =
          switch (state) {
            case PENDING, RUNNING -> InstanceStatus.ACTIVATING;
            case SUSPENDED -> InstanceStatus.SUSPENDED;
            case SUCCEEDED, REVERTED, ABANDONED -> InstanceStatus.ACTIVE;
          };
      assertThat(InstanceStatus.of(Standing.NORMAL, state)).isEqualTo(expected);
    }
  }

  @Test
  void standingComesFirst() {
    assertThat(InstanceStatus.of(Standing.FROZEN, null)).isEqualTo(InstanceStatus.INACTIVE);
    assertThat(InstanceStatus.of(Standing.EXPIRED, null)).isEqualTo(InstanceStatus.INVALID);
  }

  @Test
  void mintedIdsHaveTheShapeOfTheApi() {
    assertThat(NewInstance.mintId()).matches("ls-cn-[a-z0-9]{11}");
    assertThat(NewInstance.mintId()).isNotEqualTo(NewInstance.mintId());
  }
}
