package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.secret.Credential;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.secret.SecretException;
import io.holdpoint.task.Command;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.Node;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Refusal;
import io.holdpoint.task.Ticket;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Credentials in the table: sealed, opened by whoever has the key, never pulled from a node. */
@ExtendWith(DatabaseExtension.class)
class CredentialStoreIT {
  private static final Map<String, String> MEMBERS =
      Map.of("apiUser", "ops-user", "apiPassword", "hunter2 \u00e9\"");
  private static final String OLD = SealingKeys.generate();
  private static final String NEW = SealingKeys.generate();
  private static final String OLD_ID = OLD.substring(0, OLD.indexOf(' '));
  private static final String NEW_ID = NEW.substring(0, NEW.indexOf(' '));

  private TestDatabase rows;
  private StorePools pools;
  private CredentialStore store;

  @BeforeEach
  void open(TestDatabase shared) {
    rows = shared;
    shared.execute(
        "TRUNCATE credentials, instances, nodes, tasks, changes, step_outputs, steps, events");
    pools = StorePools.patient(shared);
    store = store(OLD);
  }

  @AfterEach
  void close() {
    pools.close();
  }

  private CredentialStore store(String... keys) {
    return new CredentialStore(
        pools.database(), new Sealer(SealingKeys.parse(String.join("", keys), "a test")));
  }

  @Test
  void isFoundAsItWasPut() throws Exception {
    await(store.put(put("c")));

    Credential found = find(store, "c");

    assertThat(found.members()).isEqualTo(MEMBERS);
    assertThat(found.toString()).doesNotContain("hunter2", "ops-user");
  }

  @Test
  void theRowHoldsNoPlainText() {
    Command.PutCredential command = put("c");
    await(store.put(command));

    String row = rows.text("SELECT c::text || encode(sealed, 'escape') FROM credentials c");

    assertThat(row).contains(OLD_ID, "apiPassword").doesNotContain("hunter2", "ops-user");
    assertThat(command.toString()).contains("apiPassword").doesNotContain("hunter2", "ops-user");
    byte[] sealed = (byte[]) rows.rows("SELECT sealed FROM credentials").get(0).get("sealed");
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
        .doesNotContain("hunter2", "ops-user", "apiPassword");
  }

  @Test
  void withoutItsKeyTheErrorNamesTheKey() {
    await(store.put(put("c")));

    assertFails(
        store(NEW), "c", "credential c cannot be opened: it is sealed with the key " + OLD_ID);
    assertFails(new CredentialStore(pools.database(), null), "c", "set HOLDPOINT_SECRET_KEY_FILE");
    assertFails(store, "d", "there is no credential named d");
  }

  @Test
  void movedToAnotherRowItStaysShut() {
    await(store.put(put("c")));
    rows.execute("UPDATE credentials SET name = 'd'");

    assertFails(store, "d", "changed or moved");
  }

  @Test
  void isSealedWithTheCurrentKeyWhereTheOldOneIsAtHand() throws Exception {
    await(store.put(put("a")));
    await(store.put(put("b")));
    rows.execute("UPDATE credentials SET sealed = '\\x00' WHERE name = 'a'");

    assertThat(await(store(NEW, OLD).reseal())).isEqualTo(1);

    assertThat(find(store(NEW), "b").members()).isEqualTo(MEMBERS);
    assertThat(rows.text("SELECT key_id FROM credentials WHERE name = 'b'")).isEqualTo(NEW_ID);
    assertThat(rows.text("SELECT key_id FROM credentials WHERE name = 'a'")).isEqualTo(OLD_ID);
    assertThat(await(store(NEW).reseal())).isZero();
  }

  @Test
  void deletionThatWaitedForTheNodesIsRefused() throws Exception {
    await(store.put(put("c")));
    String instance = new TaskRows(rows).instance();
    CompletableFuture<Outcome> deleting;
    try (HeldOpen nodes =
        HeldOpen.after(rows, statement("keep_credentials"), "'default'", "'{c}'")) {
      nodes.execute(
          "INSERT INTO nodes (account_id, instance_id, node_id, position, address, driver,"
              + " credential) VALUES ('default', '"
              + instance
              + "', 'node-77', 77, 'a', 'simulated', 'c')");
      deleting = future(store.delete(new Command.DeleteCredential(ticket(), "c")));
      nodes.commitOnceWaitedFor(deleting);
    }

    HeldOpen.await(deleting);

    assertThat(deleting.join()).isEqualTo(Outcome.refused(Refusal.CREDENTIAL_IN_USE, instance));
    assertThat(rows.count("SELECT count(*) FROM credentials")).isEqualTo(1);
  }

  @Test
  void nodesThatWaitedForTheDeletionAreRefused() throws Exception {
    await(store.put(put("c")));
    String instance = new TaskRows(rows).instance();
    CompletableFuture<Outcome> registering;
    try (HeldOpen deletion =
        HeldOpen.after(rows, statement("delete_credential"), "'default'", "'c'")) {
      Node node = new Node("default", instance, "node-1", "a", "simulated", null, "c", Map.of());
      Command.PutNodes nodes = new Command.PutNodes(ticket(), instance, List.of(node));
      registering = future(new InstanceStore(pools.database()).putNodes(nodes));
      deletion.commitOnceWaitedFor(registering);
    }

    HeldOpen.await(registering);

    assertThat(registering.join()).isEqualTo(Outcome.refused(Refusal.UNKNOWN_CREDENTIAL, "c"));
    assertThat(rows.count("SELECT count(*) FROM nodes WHERE credential = 'c'")).isZero();
  }

  private static <T> CompletableFuture<T> future(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture();
  }

  private static Credential find(CredentialStore store, String name) throws Exception {
    return store.find("default", name).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void assertFails(CredentialStore store, String name, @Nullable String message) {
    assertThatThrownBy(() -> find(store, name))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(SecretException.class)
        .hasMessageContaining(message);
  }

  private static Command.PutCredential put(String name) {
    return new Command.PutCredential(ticket(), name, MEMBERS);
  }

  private static Ticket ticket() {
    UUID requestId = UUID.randomUUID();
    return new Ticket(
        "default",
        Ticket.internalToken(requestId),
        requestId,
        Fingerprint.of(Operation.PUT_CREDENTIAL, ""),
        "a test",
        null,
        System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
  }
}
