package io.holdpoint.worker;

import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Interrupts that may overtake the reply of a claim: the claim committed first, but its reply comes
 * on another connection. Without this the step would learn of the interrupt at the next heartbeat
 * only. A hint like the events themselves; the oldest are forgotten.
 */
final class RecentInterrupts {
  private static final int KEPT = 1_024;

  /** What is known of an interrupt. */
  record Interrupt(long epoch, InterruptMode mode) {}

  private final Map<UUID, Interrupt> byTask =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Interrupt> eldest) {
          return size() > KEPT;
        }
      };

  void add(TaskEvent interrupt, InterruptMode mode) {
    byTask.put(interrupt.taskId(), new Interrupt(interrupt.epoch(), mode));
  }

  void remove(UUID taskId) {
    byTask.remove(taskId);
  }

  /** The interrupt that came after {@code claim} was made; empty when none did. */
  Optional<Interrupt> after(StepClaim claim) {
    Interrupt interrupt = byTask.get(claim.taskId());
    return interrupt != null && interrupt.epoch() > claim.claimEpoch()
        ? Optional.of(interrupt)
        : Optional.empty();
  }
}
