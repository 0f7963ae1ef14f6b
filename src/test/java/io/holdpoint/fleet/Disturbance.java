package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ServiceFixture;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Interrupts and resumes one running change, and measures how long each mode takes to be quiet. */
final class Disturbance {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ServiceFixture service;
  private final Fleet fleet;
  private final Map<InterruptMode, List<Long>> quietMillis = new EnumMap<>(InterruptMode.class);
  private int interrupts;

  Disturbance(ServiceFixture service, Fleet fleet) {
    this.service = service;
    this.fleet = fleet;
  }

  /**
   * As soon as a step begins, until the change is done: every boundary is met once. The last step
   * is looked at again after each resume, so whoever interrupts it each time never ends.
   */
  void atEveryBoundary() {
    Set<Integer> met = new HashSet<>();
    while (true) {
      TaskEvent event =
          service.await(
              e ->
                  e.instanceId().equals(fleet.instanceId())
                      && (e.kind() == EventKind.STEP_BEGUN
                          || e.kind() == EventKind.SUCCEEDED
                          || e.kind() == EventKind.HELD));
      if (event.kind() == EventKind.STEP_BEGUN
          && met.add(event.step())
          && interrupt(InterruptMode.FINISH_STEP)) {
        quietAndResume();
        continue;
      }
      if (event.kind() != EventKind.STEP_BEGUN) {
        return;
      }
    }
  }

  /** At so many moments that a seed decides, in modes that it decides; then it is left in peace. */
  void atRandomMoments(Random random, int moments, int longestWaitMillis) {
    while (!finished()) {
      if (interrupts >= moments) {
        Await.until(PATIENCE, "the end", this::finished);
        return;
      }
      long until =
          System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(longestWaitMillis));
      Await.until(PATIENCE, "the moment", () -> System.nanoTime() - until >= 0 || finished());
      InterruptMode mode = InterruptMode.values()[random.nextInt(3)];
      if (interrupt(mode)) {
        if (mode != InterruptMode.NOW && random.nextInt(4) == 0) {
          interrupt(InterruptMode.NOW);
        }
        quietAndResume();
      }
    }
  }

  private boolean finished() {
    String state = fleet.task().getString("state");
    boolean held = state.equals("suspended");
    return !state.equals("running") && !state.equals("pending") && !held
        || held && !"interrupt".equals(fleet.task().getString("hold"));
  }

  /** False when there was nothing left to interrupt. */
  private boolean interrupt(InterruptMode mode) {
    long asked = System.nanoTime();
    Reply reply =
        service
            .operator()
            .interrupt(
                fleet.instanceId(),
                UUID.randomUUID().toString(),
                "x-holdpoint-interrupt-mode",
                mode.text());
    if (!Boolean.TRUE.equals(reply.result())) {
      return false;
    }
    interrupts++;
    JsonObject at = fleet.task();
    if (at.getString("quiescedAt") == null
        && reply.header("x-holdpoint-outcome").equals("applied")) {
      awaitQuiet();
      quietMillis
          .computeIfAbsent(mode, m -> new ArrayList<>())
          .add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked));
    }
    return true;
  }

  private void awaitQuiet() {
    Await.until(PATIENCE, "quiet", () -> fleet.task().getString("quiescedAt") != null);
  }

  private void quietAndResume() {
    awaitQuiet();
    JsonObject quiet = fleet.task();
    assertThat(quiet.getJsonArray("inFlight")).as(quiet.encode()).isEmpty();
    assertThat(quiet.getString("hold")).as(quiet.encode()).isEqualTo("interrupt");
    Reply resumed = service.resume(fleet.instanceId(), UUID.randomUUID().toString());
    assertThat(resumed.result()).isEqualTo(true);
  }

  int interrupts() {
    return interrupts;
  }

  Map<InterruptMode, List<Long>> quietMillis() {
    return quietMillis;
  }
}
