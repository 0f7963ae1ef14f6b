package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.DeliveryStore.Claim;
import io.holdpoint.store.DeliveryStore.Failed;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.WebhookPause;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When an event is tried again and when it is given up, by the database's clock alone. */
class DeadLetterIT extends DeliverySession {
  @Test
  void waitsGrowUpToTheLongestAndAThirdFailureIsADeadLetter() {
    put("w", null, EventFilter.ALL);
    stream(3);

    assertThat(await(store.fail(claim(), 1, "first", false))).contains(new Failed(1, null));
    assertThat(secondsToDue()).isBetween(1.5, 4.0);
    assertThat(await(store.fail(claimNow(), 1, "second", false))).contains(new Failed(2, null));
    assertThat(secondsToDue()).isBetween(3.5, 8.0);
    assertThat(await(store.fail(claimNow(), 1, "third", false))).contains(new Failed(0, null));
    assertThat(secondsToDue()).isLessThan(0.1);

    assertThat(letters()).containsExactly("1 3 third");
    Claim next = claim();
    assertThat(next.position()).isEqualTo(1);
    // Still away: it waits as long as it did.
    await(store.fail(next, 2, "fourth", false));
    assertThat(secondsToDue()).isBetween(4.5, 10.0);
    assertThat(await(store.advance(claimNow(), 2))).isTrue();
    rows.execute("UPDATE webhooks SET due_at = now()");
    await(store.fail(claim(), 3, "after a success", false));
    assertThat(secondsToDue()).isBetween(1.5, 4.0);
  }

  @Test
  void asManyDeadLettersAsThereMayBePauseIt() {
    put("w", null, EventFilter.ALL);
    stream(3);
    Optional<Failed> last = Optional.empty();
    for (int position = 1; position <= 2; position++) {
      for (int attempt = 0; attempt < 3; attempt++) {
        last = await(store.fail(claimNow(), position, "no", false));
      }
    }

    assertThat(last).contains(new Failed(0, WebhookPause.DEAD_LETTERS));
    assertThat(take(store, 1)).isEmpty();
  }

  @Test
  void aReceiverThatIsGoneCostsTheEventNothing() {
    put("w", null, EventFilter.ALL);
    stream(1);

    assertThat(await(store.fail(claim(), 1, "answered 410", true)))
        .contains(new Failed(1, WebhookPause.GONE));

    rows.execute("UPDATE webhooks SET due_at = now()");
    assertThat(take(store, 1)).isEmpty();
    assertThat(letters()).isEmpty();
    put("w", null, EventFilter.ALL);
    assertThat(claim().position()).isZero();
  }

  @Test
  void deadLettersAreSentAgainOnlyWhenSomebodyAsks() {
    put("w", null, EventFilter.ALL);
    stream(1);
    for (int attempt = 0; attempt < 3; attempt++) {
      await(store.fail(claimNow(), 1, "no", false));
    }
    await(store.giveBack(claim(), 1));
    assertThat(take(store, 1)).isEmpty();

    assertThat(settle(Operation.REDELIVER_DEAD_LETTERS, 1L).result())
        .isEqualTo("{\"deadLetters\":1}");

    Claim claim = claim();
    assertThat(await(store.asked(claim, 10))).extracting(StreamEntry::position).containsExactly(1L);
    assertThat(await(store.notRedelivered(claim, 1, "not again", false))).isTrue();
    assertThat(letters()).containsExactly("1 4 not again");
    assertThat(await(store.asked(claim, 10))).isEmpty();
    settle(Operation.REDELIVER_DEAD_LETTERS, null);
    assertThat(await(store.redelivered(claim, 1))).isTrue();
    assertThat(letters()).isEmpty();
    assertThat(settle(Operation.DROP_DEAD_LETTERS, null).result()).isEqualTo("{\"deadLetters\":0}");
    assertThat(settle(Operation.DROP_DEAD_LETTERS, 1L))
        .isEqualTo(Outcome.refused(Outcome.Refusal.UNKNOWN_DEAD_LETTER));
  }
}
