package io.holdpoint.store;

import static io.holdpoint.store.AccessKeySession.find;
import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.store.AccessKeyRegister.Rights;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys looked up over a real connection, also one that breaks. */
@ExtendWith(DatabaseExtension.class)
class AccessKeyStoreIT {
  private TestDatabase rows;
  private FaultProxy network;
  private AccessKeySession owner;
  private AccessKeySession node;
  private AccessKeyStore store;
  private AccessKey key;

  @BeforeEach
  void open(TestDatabase shared) {
    rows = shared;
    shared.execute("TRUNCATE access_keys");
    owner = new AccessKeySession(shared.ownerUri());
    network = new FaultProxy(shared.port());
    node = new AccessKeySession(shared.runtimeUriAt(network.port()));
    store = node.store();
    key = await(owner.register().add("default", "u", new Rights(List.of(), null))).key();
    assertThat(find(store, key.keyId())).contains(key);
  }

  @AfterEach
  void close() {
    // First, because connections that are silent do not close.
    network.close();
    node.close();
    owner.close();
  }

  @Test
  void aBlindNodeKnowsAKeyForItsTimeAndThenNothing() {
    network.blackHole();
    node.pass(1_500);
    assertThat(find(store, key.keyId())).contains(key);
    // From here on, because what was found may count as kept only now: another thread says so.
    node.pass(2_001);

    assertThat(asked(key.keyId())).failsWithin(5, TimeUnit.SECONDS);
    assertThat(asked("unseen")).failsWithin(5, TimeUnit.SECONDS);
    network.pass();
    assertThat(find(store, key.keyId())).contains(key);
    assertThat(find(store, "unseen")).isEmpty();
  }

  @Test
  void aConnectionThatFellSilentHoldsUpNobodyForLong() {
    network.forget();
    node.pass(2_001);

    assertThat(asked(key.keyId())).as("the silent one").failsWithin(5, TimeUnit.SECONDS);
    assertThat(find(store, key.keyId())).as("on the next").contains(key);
  }

  @Test
  void aCutConnectionIsReplaced() {
    network.cut();
    node.pass(2_001);

    assertThat(find(store, key.keyId())).contains(key);
  }

  @Test
  void aFloodOfInventedIdsTakesOneConnectionAndIsAnswered() throws Exception {
    List<CompletableFuture<Optional<AccessKey>>> flood = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      flood.add(asked("invented-" + i));
    }
    node.pass(2_001);
    assertThat(find(store, key.keyId())).contains(key);
    for (CompletableFuture<Optional<AccessKey>> invented : flood) {
      assertThat(invented.get(20, TimeUnit.SECONDS)).isEmpty();
    }
    assertThat(
            rows.count(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'holdpoint'"
                    + " AND datname = current_database()"))
        .isEqualTo(1);
  }

  private CompletableFuture<Optional<AccessKey>> asked(String keyId) {
    return store.find(keyId).toCompletableFuture();
  }
}
