package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.secret.SecretException;
import io.holdpoint.store.DeliveryStore.Claim;
import io.holdpoint.task.Answer;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Query;
import io.holdpoint.testkit.Parallel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who has a webhook and for how long, by the database's clock alone. */
class DeliveryStoreIT extends DeliverySession {
  @Test
  void onlyWhatHasSomethingToSendIsTakenTheLongestDueFirst() {
    put("b", null, EventFilter.ALL);
    put("a", null, EventFilter.ALL);
    take(store, 10).forEach(nothing -> await(store.giveBack(nothing, 0)));
    assertThat(take(store, 10)).isEmpty();
    stream(2);
    await(store.wake(List.of("other", "default")));
    rows.execute("UPDATE webhooks SET due_at = due_at - interval '1 hour' WHERE name = 'b'");

    assertThat(take(store, 1)).extracting(Claim::name).containsExactly("b");
    assertThat(take(store, 10)).extracting(Claim::name).containsExactly("a");
    assertThat(take(store, 10)).isEmpty();
  }

  /** A newer build beside this one may have put it. */
  @Test
  void aKindThatThisBuildDoesNotKnowIsOfNoEventAndHoldsNoOtherUp() {
    put("a", null, EventFilter.ALL);
    put("b", null, EventFilter.ALL);
    put("c", null, EventFilter.ALL);
    rows.execute("UPDATE webhooks SET kinds = '{foretold}' WHERE name = 'a'");
    rows.execute("UPDATE webhooks SET kinds = '{foretold,held}' WHERE name = 'b'");

    List<Claim> claims = take(store, 10);

    assertThat(claims).hasSize(3);
    assertThat(claims)
        .filteredOn(claim -> !claim.name().equals("c"))
        .extracting(claim -> claim.name() + claim.filter().kinds())
        .containsExactlyInAnyOrder("a[]", "b[HELD]");
    WebhookStore webhooks = new WebhookStore(database, null, 20);
    assertThat(
            ((Answer.Webhooks) await(webhooks.list(new Query.ListWebhooks("default")))).webhooks())
        .hasSize(3);
  }

  @Test
  void aClaimHoldsWhatWasPut() {
    EventFilter filter = new EventFilter("ls-cn-1", Set.of(EventKind.STARTED, EventKind.HELD));
    put("w", null, filter);
    stream(1);

    Claim claim = claim();

    assertThat(claim.filter()).isEqualTo(filter);
    assertThat(claim.url()).isEqualTo("https://hooks.example/w?key=hush");
    assertThat(claim.position()).isZero();
    assertThat(store.secret(claim)).isEqualTo(SECRET);
    assertThat(claim.toString()).doesNotContain("hush", SECRET);
    assertThatThrownBy(() -> store(node, NEW).secret(claim))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("add that key");
  }

  @Test
  void anAccountGetsNoMoreThanItsShareOfANode() {
    for (int i = 0; i < 5; i++) {
      put("w" + i, null, EventFilter.ALL);
    }
    rows.execute(
        "INSERT INTO accounts (account_id) VALUES ('other') ON CONFLICT DO NOTHING; INSERT INTO"
            + " webhooks (account_id, name, webhook_id, slot, url, sealed, key_id, position) SELECT"
            + " 'other', 'late', gen_random_uuid(), 1, url, sealed, key_id, 0 FROM webhooks LIMIT 1;"
            + " UPDATE webhooks SET due_at = now() - interval '1 hour' WHERE account_id = 'default'");

    assertThat(names(await(store.claim(4, 3, Map.of("default", 1)))))
        .containsExactlyInAnyOrder("default", "default", "other");
    assertThat(await(store.claim(4, 3, Map.of("default", 3, "other", 1)))).isEmpty();
    assertThat(names(await(store.claim(4, 3, Map.of("default", 2, "other", 1)))))
        .containsExactly("default");
    assertThat(names(take(store, 10))).containsExactly("default", "default");
  }

  private static List<String> names(List<Claim> claims) {
    return claims.stream().map(Claim::accountId).toList();
  }

  @Test
  void nodesAtTheSameTimeTakeEachOnce() {
    for (int i = 0; i < 20; i++) {
      put("w" + i, null, EventFilter.ALL);
    }
    stream(1);
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    List<Runnable> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      DeliveryStore other = store(UUID.randomUUID(), OLD);
      nodes.add(
          () -> {
            for (int round = 0; round < 8; round++) {
              take(other, 3).forEach(claim -> taken.add(claim.name()));
            }
          });
    }

    Parallel.run(nodes);

    assertThat(taken).doesNotHaveDuplicates().hasSize(20);
  }

  @Test
  void whoLostTheLeaseWritesNothing() {
    put("w", null, EventFilter.ALL);
    stream(3);
    Claim lost = claim();
    rows.execute("UPDATE webhooks SET due_at = now()");
    Claim held = take(store(UUID.randomUUID(), OLD), 1).get(0);
    String before = row();

    assertThat(await(store.advance(lost, 1))).isFalse();
    assertThat(await(store.fail(lost, 1, "an error", false))).isEmpty();
    assertThat(await(store.giveBack(lost, 3))).isFalse();
    assertThat(await(store.postpone(lost, "why", Duration.ofSeconds(1)))).isFalse();
    assertThat(await(store.redelivered(lost, 1))).isFalse();
    assertThat(await(store.notRedelivered(lost, 1, "an error", true))).isFalse();

    assertThat(row()).isEqualTo(before);
    assertThat(await(store.advance(held, 1))).isTrue();
  }

  @Test
  void aChangeTakesItFromWhoeverHasIt() {
    put("w", null, EventFilter.ALL);
    stream(1);
    Claim held = claim();

    put("w", null, EventFilter.ALL);

    assertThat(await(store.advance(held, 1))).isFalse();
    assertThat(take(store, 1)).hasSize(1);
  }

  @Test
  void aLeaseIsRenewedByADeliveryAndEndsByItself() {
    put("w", null, EventFilter.ALL);
    stream(3);
    Claim claim = claim();
    assertThat(secondsToDue()).isBetween(25.0, 30.0);
    rows.execute("UPDATE webhooks SET due_at = now() + interval '1 second'");

    assertThat(await(store.advance(claim, 1))).isTrue();

    assertThat(secondsToDue()).isBetween(25.0, 30.0);
    assertThat(await(store.advance(claim, 1))).as("the same again").isFalse();
    rows.execute("UPDATE webhooks SET due_at = now()");
    assertThat(take(store, 1))
        .singleElement()
        .satisfies(again -> assertThat(again.position()).isEqualTo(1));
  }

  @Test
  void secretsAreSealedAnewWhereTheOldKeyIsAtHand() {
    put("w", null, EventFilter.ALL);
    stream(1);
    WebhookStore both =
        new WebhookStore(database, new Sealer(SealingKeys.parse(NEW + OLD, "a test")), 20);

    assertThat(await(both.reseal())).isEqualTo(1);

    assertThat(store(node, NEW).secret(claim())).isEqualTo(SECRET);
  }
}
