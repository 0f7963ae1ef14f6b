package io.holdpoint.task;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right to run one step, as it was claimed. Renewing, checkpointing and settling name (epoch,
 * attempt) of the claim, so that whoever lost the lease changes nothing any more.
 *
 * @param nodeId null when the step concerns the whole instance
 * @param spentMillis active time of earlier attempts
 * @param checkpoint JSON text that an earlier attempt left
 * @param decision what a human decided for this attempt
 */
public record StepClaim(
    String accountId,
    UUID taskId,
    String instanceId,
    String change,
    int step,
    Direction direction,
    StepAction action,
    @Nullable String nodeId,
    int attempt,
    long claimEpoch,
    long spentMillis,
    @Nullable String checkpoint,
    @Nullable Decision decision) {

  /** What tells this claim from every other one. */
  public record Key(UUID taskId, int step, int attempt) {}

  public Key key() {
    return new Key(taskId, step, attempt);
  }
}
