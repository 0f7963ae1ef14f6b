package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.api.RealClient.Call;
import io.holdpoint.api.RealClient.Told;
import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.KeyIssuer;
import io.holdpoint.testkit.NpmSdk;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The published clients, unchanged, against a service that asks for signatures: in with a right
 * secret, and the right word for each wrong one.
 */
@RunningService({"HOLDPOINT_WORKER=off", KeyIssuer.SIGNED, KeyIssuer.SEALING})
class SignedSdkIT {
  private static final String WRONG = "another-secret-than-the-key's";

  /** What comes of {@link #wrong}. */
  private static final List<Told> REFUSALS =
      List.of(
          new Told(null, "SignatureDoesNotMatch"),
          new Told(null, "InvalidAccessKeyId.NotFound"),
          new Told(null, "InvalidAccessKeyId.Inactive"));

  private static KeyIssuer issuer;
  private static SignedClient operator;
  private static AccessKey key;
  private static AccessKey disabled;
  private static int port;

  @BeforeAll
  static void start(ServiceFixture running, TestDatabase database) {
    port = running.service().port();
    issuer = new KeyIssuer(database);
    key = issuer.add("default", "anna", Role.OPERATOR);
    disabled = issuer.add("default", "bert", Role.OPERATOR);
    issuer.disable(disabled);
    operator = SignedClient.of(port, SignatureScheme.ACS3_HMAC_SHA256, key);
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  private static String secret(AccessKey key) {
    return new String(key.secret(), StandardCharsets.UTF_8);
  }

  private static Call interrupt(String keyId, String secret, String instance) {
    return new Call(port, keyId, secret, false, instance);
  }

  private static Call restart(String instance) {
    return new Call(port, key.keyId(), secret(key), true, instance);
  }

  /** With a wrong secret, an unknown key, and a disabled one. */
  private static List<Call> wrong(String instance) {
    return List.of(
        interrupt(key.keyId(), WRONG, instance),
        interrupt("HPNOBODY", secret(key), instance),
        interrupt(disabled.keyId(), secret(disabled), instance));
  }

  @ParameterizedTest
  @EnumSource
  void rightSecretInterrupts(RealClient client) throws Exception {
    String instance = operator.changingInstance();

    Told told = client.call(interrupt(key.keyId(), secret(key), instance));

    assertThat(told).isEqualTo(new Told(true, ""));
    assertThat(operator.status(instance)).isEqualTo("suspended");
  }

  @ParameterizedTest
  @EnumSource
  void wrongOnesAreToldWhatIsWrong(RealClient client) throws Exception {
    String instance = operator.changingInstance();
    List<Call> calls = wrong(instance);
    for (int i = 0; i < calls.size(); i++) {
      assertThat(client.call(calls.get(i))).isEqualTo(REFUSALS.get(i));
    }

    assertThat(operator.status(instance)).isEqualTo("activating");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CORE_V3")
  void bodyOfARestartIsTakenToo(RealClient client) throws Exception {
    Told told = client.call(restart(operator.createInstance(2)));

    assertThat(told).isEqualTo(new Told("activating", ""));
  }

  /** It signs the hash of an empty body; whoever accepts that accepts any body. */
  @Test
  void bodyThatTheOldCoreDoesNotSignInItsVersion3IsRefused() throws Exception {
    Told told = RealClient.CORE_V3.call(restart(operator.createInstance(2)));

    assertThat(told).isEqualTo(new Told(null, "SignatureDoesNotMatch"));
  }

  @Test
  void npmSdkIsToldTheSame() throws IOException {
    NpmSdk.fetch();
    String instance = operator.changingInstance();
    String fresh = operator.createInstance(2);
    List<Call> calls = new ArrayList<>(wrong(instance));
    calls.add(interrupt(key.keyId(), secret(key), instance));
    calls.add(restart(fresh));

    List<JsonObject> replies = NpmSdk.call(calls.stream().map(SignedSdkIT::document).toList());

    List<Told> told =
        replies.stream()
            .map(reply -> new Told(reply.getValue("result"), reply.getString("code")))
            .toList();
    assertThat(told)
        .startsWith(REFUSALS.toArray(Told[]::new))
        .endsWith(new Told(true, ""), new Told("activating", ""));
    assertThat(operator.status(instance)).isEqualTo("suspended");
  }

  private static JsonObject document(Call call) {
    return new JsonObject()
        .put("endpoint", "127.0.0.1:" + call.port())
        .put("keyId", call.keyId())
        .put("secret", call.secret())
        .put("instance", call.instance())
        .put("operation", call.restart() ? "restart" : "interrupt");
  }
}
