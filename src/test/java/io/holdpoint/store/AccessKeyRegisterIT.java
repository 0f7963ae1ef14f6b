package io.holdpoint.store;

import static io.holdpoint.store.AccessKeySession.find;
import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.store.AccessKeyRegister.Added;
import io.holdpoint.store.AccessKeyRegister.Rights;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Access keys in the table: sealed, changed by the owner, every change on record. */
@ExtendWith(DatabaseExtension.class)
class AccessKeyRegisterIT {
  private static final String POLICY = "{\"Version\":\"1\",\"Statement\":[]}";
  private static final Rights RIGHTS = new Rights(List.of("brake-only", "read-only"), POLICY);

  private TestDatabase rows;
  private AccessKeySession owner;
  private AccessKeySession runtime;

  @BeforeEach
  void open(TestDatabase shared) {
    rows = shared;
    shared.execute(
        "TRUNCATE access_keys, audit_records; DELETE FROM accounts WHERE account_id <> 'default'");
    owner = new AccessKeySession(shared.ownerUri());
    runtime = new AccessKeySession(shared.runtimeUri());
  }

  @AfterEach
  void close() {
    owner.close();
    runtime.close();
  }

  @Test
  void isFoundAsItWasMade() {
    Added added = await(owner.register().add("default", "deploy", RIGHTS));

    AccessKey found = find(runtime.store(), added.key().keyId()).orElseThrow();

    assertThat(found).isEqualTo(added.key());
    assertThat(found.keyId()).matches("HP[A-Z2-7]{22}");
    assertThat(text(found.secret())).matches("[A-Za-z0-9]{32}");
    assertThat(found.user()).isEqualTo("deploy");
    assertThat(found.active()).isTrue();
    assertThat(found.roles()).containsExactly("brake-only", "read-only");
    assertThat(found.policy()).isEqualTo(POLICY);
    assertThat(added.newAccount()).isFalse();
  }

  @Test
  void anAccountThatDoesNotExistIsAddedWithItsFirstKey() {
    assertThat(await(owner.register().add("tenant-b", "u", RIGHTS)).newAccount()).isTrue();
    assertThat(await(owner.register().add("tenant-b", "u", RIGHTS)).newAccount()).isFalse();
    assertThat(rows.count("SELECT count(*) FROM accounts WHERE account_id = 'tenant-b'"))
        .isEqualTo(1);
  }

  @Test
  void noTableHoldsTheSecret() {
    AccessKey key = await(owner.register().add("default", "deploy", RIGHTS)).key();

    String dump = AccessKeySession.dump(rows);

    assertThat(dump).contains(key.keyId(), "deploy", "brake-only");
    assertThat(dump)
        .doesNotContain(
            text(key.secret()),
            HexFormat.of().formatHex(key.secret()),
            Base64.getEncoder().encodeToString(key.secret()));
  }

  @Test
  void rotationMakesASecondKeyOfTheSameUserAndRights() {
    AccessKey first = await(owner.register().add("default", "deploy", RIGHTS)).key();

    AccessKey second = await(owner.register().rotate(first.keyId()));

    assertThat(second.keyId()).isNotEqualTo(first.keyId());
    assertThat(second.secret()).isNotEqualTo(first.secret());
    AccessKeyStore store = runtime.store();
    assertThat(find(store, first.keyId())).contains(first);
    assertThat(find(store, second.keyId())).contains(second);
    assertThat(second.user()).isEqualTo("deploy");
    assertThat(new Rights(second.roles(), second.policy())).isEqualTo(RIGHTS);
  }

  @Test
  void aDisabledKeyIsFoundDisabledUntilItIsEnabled() {
    String id = await(owner.register().add("default", "deploy", RIGHTS)).key().keyId();

    assertThat(await(owner.register().setActive(id, false))).isTrue();
    assertThat(await(owner.register().setActive(id, false))).isFalse();
    assertThat(find(runtime.store(), id).orElseThrow().active()).isFalse();
    assertRefused(() -> owner.register().rotate(id), "is disabled");
    assertThat(await(owner.register().setActive(id, true))).isTrue();
    assertThat(find(runtime.store(), id).orElseThrow().active()).isTrue();
  }

  @Test
  void rightsAreReplacedAsAWhole() {
    String id = await(owner.register().add("default", "deploy", RIGHTS)).key().keyId();

    await(owner.register().setRights(id, new Rights(List.of("operator"), null)));

    AccessKey found = find(runtime.store(), id).orElseThrow();
    assertThat(found.roles()).containsExactly("operator");
    assertThat(found.policy()).isNull();
  }

  @Test
  void onlyADisabledKeyIsRemoved() {
    String id = await(owner.register().add("default", "deploy", RIGHTS)).key().keyId();

    assertRefused(() -> owner.register().remove(id), "disable it first");
    await(owner.register().setActive(id, false));
    assertThat(await(owner.register().remove(id))).isTrue();

    assertThat(find(runtime.store(), id)).isEmpty();
    assertRefused(() -> owner.register().remove(id), "there is no access key " + id);
    assertRefused(() -> owner.register().setActive("nobody", true), "there is no access key");
  }

  @Test
  void theListShowsAllOrOneAccountAndNoSecret() {
    AccessKeyRegister register = owner.register();
    AccessKey b = await(register.add("tenant-b", "u", RIGHTS)).key();
    AccessKey a = await(register.add("default", "deploy", RIGHTS)).key();
    await(register.setActive(b.keyId(), false));

    List<StoredAccessKey> all = await(register.list(null));

    assertThat(all).extracting(StoredAccessKey::keyId).containsExactly(a.keyId(), b.keyId());
    assertThat(all).extracting(StoredAccessKey::active).containsExactly(true, false);
    assertThat(all.toString()).doesNotContain(text(a.secret()), text(b.secret()));
    assertThat(await(register.list("tenant-b"))).hasSize(1);
    assertThat(await(register.list("nobody"))).isEmpty();
  }

  @Test
  void everyChangeIsOnRecordWithWhoMadeIt() {
    AccessKeyRegister register = owner.register();
    String id = await(register.add("tenant-b", "deploy", RIGHTS)).key().keyId();
    String second = await(register.rotate(id)).keyId();
    await(register.setRights(id, RIGHTS));
    await(register.setActive(id, false));
    await(register.setActive(id, false));
    await(register.setActive(id, true));
    await(register.setActive(id, false));
    await(register.remove(id));

    assertThat(
            rows.rows(
                "SELECT account_id || ' ' || principal || ' ' || action || ' ' || resource"
                    + " AS line, at FROM audit_records ORDER BY recorded_at"))
        .extracting(row -> row.get("line"))
        .containsExactly(
            line("AddAccessKey", id),
            line("RotateAccessKey", second),
            line("SetAccessKeyPolicy", id),
            line("DisableAccessKey", id),
            line("EnableAccessKey", id),
            line("DisableAccessKey", id),
            line("RemoveAccessKey", id));
    assertThat(rows.text("SELECT min(at) = max(at) FROM audit_records")).isEqualTo("true");
  }

  private static String line(String action, String id) {
    return "tenant-b local user alice holdpoint:"
        + action
        + " acs:holdpoint:*:tenant-b:accesskeys/"
        + id;
  }

  @Test
  void theLoginOfTheServiceAddsButDoesNotChange() {
    AccessKey key = await(runtime.register().add("tenant-c", "u", RIGHTS)).key();
    String id = key.keyId();
    assertThat(await(runtime.register().rotate(id)).user()).isEqualTo("u");
    assertThat(await(runtime.register().list("tenant-c"))).hasSize(2);

    assertForbidden(() -> runtime.register().setActive(id, false));
    assertForbidden(() -> runtime.register().setRights(id, new Rights(List.of(), null)));
    await(owner.register().setActive(id, false));
    assertForbidden(() -> runtime.register().setActive(id, true));
    assertForbidden(() -> runtime.register().remove(id));
  }

  @Test
  void withoutASealingKeyNoneIsAdded() {
    assertRefused(
        () -> owner.register(null).add("default", "u", RIGHTS), "set HOLDPOINT_SECRET_KEY_FILE");
    assertThat(rows.count("SELECT count(*) FROM access_keys")).isZero();
    assertThat(await(owner.register(null).list(null))).isEmpty();
  }

  @Test
  void movedToAnotherRowItStaysShut() {
    await(owner.register().add("default", "u", RIGHTS));
    rows.execute("UPDATE access_keys SET key_id = 'stolen'");

    assertThat(runtime.store().find("stolen").toCompletableFuture())
        .failsWithin(20, TimeUnit.SECONDS);
    assertThat(runtime.store(null).find("stolen").toCompletableFuture())
        .failsWithin(20, TimeUnit.SECONDS);
  }

  @Test
  void isSealedWithTheCurrentKeyWhereTheOldOneIsAtHand() {
    AccessKey key = await(owner.register().add("default", "u", RIGHTS)).key();
    String shut = await(owner.register().add("default", "u", RIGHTS)).key().keyId();
    rows.execute("UPDATE access_keys SET sealed = '\\x00' WHERE key_id = '" + shut + "'");
    String current = SealingKeys.generate();
    var both = AccessKeySession.sealer(current, AccessKeySession.SEALING_KEY);

    assertThat(await(runtime.register(both).reseal())).isEqualTo(1);

    assertThat(find(runtime.store(AccessKeySession.sealer(current)), key.keyId())).contains(key);
    assertThat(await(runtime.register(both).reseal())).isZero();
    assertThat(await(runtime.register(null).reseal())).isZero();
  }

  private static String text(byte[] secret) {
    return new String(secret, StandardCharsets.US_ASCII);
  }

  private static void assertRefused(Supplier<Future<?>> change, String why) {
    assertThatThrownBy(() -> change.get().await(20, TimeUnit.SECONDS))
        .isInstanceOf(AccessKeyException.class)
        .hasMessageContaining(why);
  }

  private static void assertForbidden(Supplier<Future<?>> change) {
    assertThatThrownBy(() -> change.get().await(20, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            StoreException.class, denied -> assertThat(denied.forbidden()).isTrue());
  }
}
