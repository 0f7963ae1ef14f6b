package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Effects;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order in which faults are found, as one table: of every two faults in one request the first
 * one here is answered, and nothing happens.
 */
@ExtendWith(DatabaseExtension.class)
class AuthPrecedenceIT {
  private static TestDatabase database;
  private static SignedPair nodes;
  private static AccessKey administrator;
  private static AccessKey reader;
  private static AccessKey disabled;
  private static String changing;
  private static String frozen;
  private static String usedToken;
  private Effects before;

  /** In the order of precedence. */
  private enum Fault {
    FRAMING("InvalidRequest"),
    SIGNATURE_MALFORMED("IncompleteSignature"),
    KEY_UNKNOWN("InvalidAccessKeyId.NotFound"),
    KEY_DISABLED("InvalidAccessKeyId.Inactive"),
    TIME("InvalidTimeStamp.Expired"),
    SIGNATURE("SignatureDoesNotMatch"),
    NONCE("SignatureNonceUsed"),
    POLICY("Forbidden.RAM"),
    PARAMETERS("InvalidParameter"),
    TOKEN("IdempotentParameterMismatch"),
    INSTANCE("InstanceNotFound"),
    STATE("InstanceStatusNotSupportCurrentAction");

    private final String code;

    Fault(String code) {
      this.code = code;
    }
  }

  /**
   * @param faults two that one request can have
   */
  private record Row(SignatureScheme scheme, Fault first, Fault second) {
    @Override
    public String toString() {
      return first + " before " + second + ", " + scheme;
    }
  }

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    nodes = new SignedPair(fresh, Map.of());
    administrator = nodes.issuer().add("default", "bert", Role.ADMINISTRATOR);
    reader = nodes.issuer().add("default", "carl", Role.READ_ONLY);
    disabled = nodes.issuer().add("default", "dora", Role.READ_ONLY);
    nodes.issuer().disable(disabled);
    SignedClient client = nodes.client(SignatureScheme.ACS3_HMAC_SHA256);
    changing = client.changingInstance();
    frozen = client.createInstance(1);
    database.execute(
        "UPDATE instances SET standing = 'frozen' WHERE instance_id = '" + frozen + "'");
    usedToken = UUID.randomUUID().toString();
    String elsewhere = SignedClient.action(client.createInstance(1), "resume");
    assertThat(client.post(elsewhere + "?clientToken=" + usedToken).status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void remember() {
    before = Effects.of(database);
  }

  @AfterEach
  void nothingHappened() {
    assertThat(Effects.of(database)).isEqualTo(before);
  }

  static Stream<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Fault first : Fault.values()) {
      for (Fault second : Fault.values()) {
        // One instance cannot be unknown and in a wrong state.
        boolean possible = first.compareTo(second) < 0 && first != Fault.INSTANCE;
        if (possible) {
          SignatureScheme scheme = SignatureScheme.values()[rows.size() % 2];
          rows.add(new Row(scheme, first, second));
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void firstFaultAnswers(Row row) {
    Reply reply = send(row.scheme(), EnumSet.of(row.first(), row.second()));

    assertThat(reply.code()).as(reply.body()).isEqualTo(row.first().code);
  }

  @Test
  void lastFaultAnswersAlone() {
    for (SignatureScheme scheme : SignatureScheme.values()) {
      for (Fault fault : Fault.values()) {
        Reply reply = send(scheme, EnumSet.of(fault));
        assertThat(reply.code()).as(reply.body()).isEqualTo(fault.code);
      }
    }
  }

  @Test
  void allAtOnceAreOneAnswer() {
    Reply reply = send(SignatureScheme.ROA_SHA1, EnumSet.allOf(Fault.class));

    assertThat(reply.code()).as(reply.body()).isEqualTo(Fault.FRAMING.code);
  }

  private static Reply send(SignatureScheme scheme, Set<Fault> faults) {
    SignedClient client = nodes.client(scheme, key(faults));
    if (faults.contains(Fault.NONCE)) {
      client = withUsedNonce(client);
    }
    if (faults.contains(Fault.TIME)) {
      client = client.withClock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-16)));
    }
    if (faults.contains(Fault.KEY_UNKNOWN)) {
      client = client.withKey("HPNOBODY", client.secret());
    }
    if (faults.contains(Fault.SIGNATURE)) {
      client = client.withKey(client.keyId(), "another secret");
    }
    String mode = faults.contains(Fault.PARAMETERS) ? "soon" : "now";
    var request = client.sign("POST", target(faults), null, CommandInput.MODE, mode);
    if (faults.contains(Fault.SIGNATURE_MALFORMED)) {
      request = request.with("Authorization", request.value("Authorization").replace("=", ":"));
    }
    if (faults.contains(Fault.FRAMING)) {
      request = request.target(request.target() + "&a=1&a=2");
    }
    return request.sendTo(nodes.one());
  }

  private static AccessKey key(Set<Fault> faults) {
    if (faults.contains(Fault.KEY_DISABLED)) {
      return disabled;
    }
    return faults.contains(Fault.POLICY) ? reader : administrator;
  }

  /** Of the same key; what it may not do uses a nonce up as well. */
  private static SignedClient withUsedNonce(SignedClient client) {
    SignedClient again = client.withNonce(UUID.randomUUID().toString());
    again.post(SignedClient.action("ls-cn-elsewhere", "resume"));
    return again;
  }

  private static String target(Set<Fault> faults) {
    String instance = changing;
    if (faults.contains(Fault.INSTANCE)) {
      instance = "ls-cn-unknown";
    } else if (faults.contains(Fault.STATE)) {
      instance = frozen;
    }
    String token = faults.contains(Fault.TOKEN) ? usedToken : UUID.randomUUID().toString();
    return SignedClient.action(instance, "interrupt") + "?clientToken=" + token;
  }
}
