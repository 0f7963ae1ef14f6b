package io.holdpoint.task;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it stands.
 *
 * @param revision raised whenever its nodes are replaced; a plan is made for one revision
 * @param specification JSON text, as given when it was created
 * @param task the newest task, finished or not; null when it never had one
 */
public record Instance(
    String accountId,
    String instanceId,
    String version,
    String description,
    int nodeAmount,
    Standing standing,
    long revision,
    String specification,
    Instant createdAt,
    Instant updatedAt,
    List<Node> nodes,
    @Nullable ChangeTask task) {

  public Instance {
    nodes = List.copyOf(nodes);
  }

  public InstanceStatus status() {
    return InstanceStatus.of(standing, task == null ? null : task.state());
  }
}
