package io.holdpoint.store;

import static io.holdpoint.store.AccessKeySession.find;
import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.store.AccessKeyRegister.Rights;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The key of the configuration, over many starts with the least-privileged login. */
@ExtendWith(DatabaseExtension.class)
class FirstAccessKeyIT {
  private static final String ID = "HPFIRST";

  private TestDatabase rows;
  private AccessKeySession owner;
  private AccessKeySession runtime;

  @BeforeEach
  void open(TestDatabase shared) {
    rows = shared;
    shared.execute("TRUNCATE access_keys, audit_records");
    owner = new AccessKeySession(shared.ownerUri());
    runtime = new AccessKeySession(shared.runtimeUri());
  }

  @AfterEach
  void close() {
    owner.close();
    runtime.close();
  }

  private void ensure(String secret) {
    await(first(AccessKeySession.SEALER).ensure(key(secret)));
  }

  private FirstAccessKey first(@Nullable Sealer sealer) {
    return new FirstAccessKey(runtime.database(), sealer, AccessKeySession.operator());
  }

  private static AccessKey key(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.US_ASCII);
    return new AccessKey("default", ID, "first-key", true, bytes, List.of("administrator"), null);
  }

  private String secret() {
    AccessKey found = find(runtime.store(), ID).orElseThrow();
    return new String(found.secret(), StandardCharsets.US_ASCII);
  }

  @Test
  void isThereAfterTheFirstStartAndTheSameAfterTheNext() {
    ensure("hush-hush-hush-1");
    String sealed = rows.text("SELECT encode(sealed, 'hex') FROM access_keys");

    ensure("hush-hush-hush-1");

    assertThat(find(runtime.store(), ID)).contains(key("hush-hush-hush-1"));
    assertThat(rows.text("SELECT encode(sealed, 'hex') FROM access_keys")).isEqualTo(sealed);
    assertThat(rows.count("SELECT count(*) FROM audit_records")).isEqualTo(1);
    assertThat(AccessKeySession.dump(rows)).contains(ID).doesNotContain("hush-hush");
  }

  @Test
  void aChangedSecretReplacesTheOldOne() {
    ensure("hush-hush-hush-1");
    ensure("hush-hush-hush-2");

    assertThat(secret()).isEqualTo("hush-hush-hush-2");
    assertThat(rows.count("SELECT count(*) FROM access_keys")).isEqualTo(1);
    assertThat(rows.text("SELECT string_agg(action, ' ' ORDER BY recorded_at) FROM audit_records"))
        .isEqualTo("holdpoint:AddAccessKey holdpoint:ReplaceAccessKeySecret");
  }

  @Test
  void stateAndRightsStayAsPeopleLeftThem() {
    ensure("hush-hush-hush-1");
    await(owner.register().setActive(ID, false));
    await(owner.register().setRights(ID, new Rights(List.of("read-only"), null)));

    ensure("hush-hush-hush-1");
    ensure("hush-hush-hush-2");

    AccessKey found = find(runtime.store(), ID).orElseThrow();
    assertThat(found.active()).isFalse();
    assertThat(found.roles()).containsExactly("read-only");
    assertThat(secret()).isEqualTo("hush-hush-hush-2");
  }

  @Test
  void aSecretThatNobodyCanOpenAnyMoreIsSealedAnew() {
    await(first(AccessKeySession.sealer(SealingKeys.generate())).ensure(key("hush-hush-hush-1")));

    ensure("hush-hush-hush-1");

    assertThat(secret()).isEqualTo("hush-hush-hush-1");
  }

  @Test
  void theIdOfAnotherUserIsRefused() {
    ensure("hush-hush-hush-1");
    rows.execute("UPDATE access_keys SET user_name = 'somebody'");

    assertThatThrownBy(() -> ensure("hush-hush-hush-2"))
        .hasStackTraceContaining("another user's; set another HOLDPOINT_ACCESS_KEY_ID");
    assertThat(rows.count("SELECT count(*) FROM audit_records")).isEqualTo(1);
  }

  @Test
  void withoutASealingKeyItIsRefused() {
    assertThatThrownBy(
            () -> first(null).ensure(key("hush-hush-hush-1")).await(20, TimeUnit.SECONDS))
        .isInstanceOf(AccessKeyException.class)
        .hasMessageContaining("set HOLDPOINT_SECRET_KEY_FILE")
        .hasMessageNotContaining("hush");
  }

  @Test
  void manyServicesThatStartAtOnceMakeOne() {
    List<Future<Void>> starts = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      starts.add(first(AccessKeySession.SEALER).ensure(key("hush-hush-hush-1")));
    }
    await(Future.all(starts));

    assertThat(secret()).isEqualTo("hush-hush-hush-1");
    assertThat(rows.count("SELECT count(*) FROM audit_records")).isEqualTo(1);
  }
}
