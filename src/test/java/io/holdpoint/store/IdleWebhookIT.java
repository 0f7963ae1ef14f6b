package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.DeliveryStore.Claim;
import io.holdpoint.store.DeliveryStore.Mark;
import io.holdpoint.task.EventFilter;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.StorePools;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Webhooks that have nothing to send, and what ends that. */
class IdleWebhookIT extends DeliverySession {
  @Test
  void whatHasNothingLeftIsIdleUntilItsStreamGrows() {
    put("w", null, EventFilter.ALL);
    stream(2);
    Claim some = claim();
    await(store.giveBack(some, 1));
    Claim all = claim();
    await(store.giveBack(all, 2));
    assertThat(all.position()).isEqualTo(1);
    rows.execute("UPDATE webhooks SET due_at = now() - interval '1 hour'");
    await(store.wake(List.of("default")));
    assertThat(take(store, 1)).isEmpty();

    rows.execute("UPDATE streams SET position = 3");

    assertThat(take(store, 1)).isEmpty();
    await(store.wake(List.of("another")));
    assertThat(take(store, 1)).isEmpty();
    await(store.wake(List.of("default")));
    assertThat(claim().position()).isEqualTo(2);
  }

  /** The news comes while it is being given back, by a statement that began before. */
  @Test
  void whatGrowsUnseenWhileItIsGivenBackIsFoundByTheSweep() throws Exception {
    put("w", null, EventFilter.ALL);
    stream(1);
    Claim claim = claim();
    try (StorePools patient = StorePools.patient(rows);
        Connection other = rows.connect()) {
      DeliveryStore slow = new DeliveryStore(patient.database(), null, node, POLICY);
      other.setAutoCommit(false);
      try (Statement lock = other.createStatement()) {
        lock.execute("SELECT FROM webhooks FOR UPDATE");
      }
      Future<Boolean> giving = slow.giveBack(claim, 1);
      awaitALockedStatement();
      rows.execute("UPDATE streams SET position = 2");
      await(store.wake(List.of("default")));
      other.commit();
      assertThat(await(giving)).isTrue();
    }
    assertThat(take(store, 1)).as("that it was missed").isEmpty();

    assertThat(await(store.sweep(Mark.START, 10))).isEqualTo(new Mark("default", "w"));

    assertThat(claim().position()).isEqualTo(1);
    assertThat(await(store.sweep(new Mark("default", "w"), 10))).isEqualTo(Mark.START);
  }

  @Test
  void deadLettersThatAreAskedForWhileItIsGivenBackAreNotForgotten() throws Exception {
    put("w", null, EventFilter.ALL);
    stream(1);
    for (int attempt = 0; attempt < 3; attempt++) {
      await(store.fail(claimNow(), 1, "no", false));
    }
    Claim claim = claim();
    try (StorePools patient = StorePools.patient(rows);
        Connection other = rows.connect()) {
      DeliveryStore slow = new DeliveryStore(patient.database(), null, node, POLICY);
      other.setAutoCommit(false);
      Future<Boolean> giving;
      // As a redelivery does, each statement of it by its name.
      try (PreparedStatement ask = other.prepareStatement(jdbc("redeliver_dead_letters"));
          PreparedStatement hurry = other.prepareStatement(jdbc("hurry_webhook"));
          PreparedStatement lock = other.prepareStatement(jdbc("lock_webhook"))) {
        for (PreparedStatement each : List.of(lock, ask, hurry)) {
          each.setString(1, "default");
          each.setString(2, "w");
        }
        ask.setNull(3, Types.BIGINT);
        ask.setNull(4, Types.BIGINT);
        lock.execute();
        giving = slow.giveBack(claim, 1);
        awaitALockedStatement();
        ask.execute();
        hurry.execute();
      }
      other.commit();
      assertThat(await(giving)).isTrue();
    }

    assertThat(await(store.asked(claim(), 10))).hasSize(1);
  }

  private static String jdbc(String name) {
    return Statements.statement(name).replaceAll("\\$\\d+", "?");
  }

  private void awaitALockedStatement() {
    Await.until(
        Duration.ofSeconds(10),
        "it waits for the lock",
        () ->
            rows.count(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND usename = 'holdpoint'")
                > 0);
  }
}
