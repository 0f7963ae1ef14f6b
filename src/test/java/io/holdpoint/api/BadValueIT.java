package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, headers and query values at and over their bounds, each by itself. */
@RunningService("HOLDPOINT_WORKER=off")
class BadValueIT {
  private static final String ALL = "/openapi/logstashes";

  private static ServiceFixture service;
  private static TestDatabase database;
  private static String instanceId;

  @BeforeAll
  static void createAnInstance(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
    instanceId = new TaskRows(fresh).instance();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "64 characters, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, true",
    "65 characters, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
    "every kind of sign, '!\"#$%&()*+,-./:;<=>?@[]^_`{|}~\\', true",
    "a space within, a b, false",
    "a letter with an accent, \u00e9, false",
    "letters of three bytes, \u4e2d\u6587, false",
    "an emoji, \ud83d\ude00, false",
  })
  void takesTokensOfUpTo64VisibleCharacters(String name, String token, boolean good)
      throws IOException {
    String encoded = URLEncoder.encode(token, StandardCharsets.UTF_8);
    for (String action : new String[] {"interrupt", "resume", "restart"}) {
      String target = ALL + "/ls-cn-unknown/actions/" + action + "?clientToken=" + encoded;

      Envelope.assertRefused(
          RawRequest.post(target).send(port()),
          good ? "InstanceNotFound" : "InvalidClientToken",
          "");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "?clientToken", "?clientToken=", "?&clientToken=&"})
  void takesAnEmptyTokenAsNone(String query) throws IOException {
    for (String action : new String[] {"interrupt", "resume"}) {
      Reply reply = RawRequest.post(path(action) + query).send(port());

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("idempotency-replayed")).isNull();
    }
    assertThat(database.count("SELECT count(*) FROM commands WHERE client_token NOT LIKE ' %'"))
        .isZero();
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          interrupt | x-holdpoint-interrupt-mode | soon
          interrupt | x-holdpoint-interrupt-mode | NOW
          interrupt | x-holdpoint-interrupt-mode | finish_step
          interrupt | x-holdpoint-interrupt-mode | now, now
          interrupt | x-holdpoint-interrupt-mode |
          interrupt | x-holdpoint-reason         | a\tb
          interrupt | x-holdpoint-reason         | caf\u00e9
          interrupt | x-holdpoint-reason         | {257}
          resume    | x-holdpoint-reason         | {257}
          restart   | x-holdpoint-reason         | {257}
          restart   | x-holdpoint-reason         | caf\u00e9
          """)
  void namesAHeaderThatIsNotAsItMustBe(String action, String header, @Nullable String value)
      throws IOException {
    String sent = value == null ? "" : value.replace("{257}", "x".repeat(257));
    Reply reply = RawRequest.post(path(action)).header(header, sent).send(port());

    Envelope.assertRefused(reply, "InvalidParameter", header);
  }

  @Test
  void takesAReasonOf256Characters() throws IOException {
    RawRequest interrupt = RawRequest.post(path("interrupt"));

    assertThat(interrupt.header("x-holdpoint-reason", "x".repeat(256)).send(port()).status())
        .isEqualTo(200);
    assertThat(interrupt.header("x-holdpoint-reason", "").send(port()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "page=0",
        "page=-1",
        "page=1000001",
        "page=99999999999999999999",
        "page=x",
        "page=1.5",
        "page=",
        "page=null",
        "page=01",
        "size=0",
        "size=101",
        "size=true",
        "tags=x",
        "tags={}",
        "tags=[1]",
        "tags=[{%22tagValue%22:%22a%22}]",
        "description={257}",
        "version={257}"
      })
  void namesAListParameterThatIsOutOfItsRange(String query) throws IOException {
    String target = ALL + "?" + query.replace("{257}", "x".repeat(257));

    Envelope.assertRefused(
        RawRequest.get(target).send(port()),
        "InvalidParameter",
        query.substring(0, query.indexOf('=')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "after=-1",
        "after=9007199254740992",
        "after=1.5",
        "limit=0",
        "limit=501",
        "limit=",
        "taskId=x",
        "taskId=zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
        "taskId=1-1-1-1-1"
      })
  void namesAnEventParameterThatIsOutOfItsRange(String query) throws IOException {
    String target = "/v1/instances/" + instanceId + "/events?" + query;

    Envelope.assertRefused(
        RawRequest.get(target).send(port()),
        "InvalidParameter",
        query.substring(0, query.indexOf('=')));
  }

  private static String path(String action) {
    return ALL + "/" + instanceId + "/actions/" + action;
  }

  private static int port() {
    return service.service().port();
  }
}
