package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods, names of parameters and ids that nothing answers to. */
@RunningService("HOLDPOINT_WORKER=off")
class BadInputIT {
  private static final String ALL = "/openapi/logstashes";

  private static ServiceFixture service;
  private static String instanceId;

  @BeforeAll
  static void createAnInstance(ServiceFixture running, TestDatabase fresh) {
    service = running;
    instanceId = new TaskRows(fresh).instance();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "DELETE, /openapi/logstashes, 'GET, POST'",
    "HEAD, /openapi/logstashes, 'GET, POST'",
    "PUT, /openapi/logstashes/{id}, GET",
    "PATCH, /openapi/logstashes/{id}, GET",
    "DELETE, /openapi/logstashes/{id}, GET",
    "GET, /openapi/logstashes/{id}/actions/interrupt, POST",
    "PUT, /openapi/logstashes/{id}/actions/resume, POST",
    "post, /openapi/logstashes/{id}/actions/interrupt, POST",
    "OPTIONS, /openapi/logstashes/{id}/actions/restart, POST",
    "POST, /v1/instances/{id}/nodes, 'GET, PUT'",
    "POST, /v1/instances/{id}/task, GET",
    "TRACE, /v1/instances/{id}/events, GET",
    "BREW, /openapi.yaml, GET",
  })
  void saysWhichMethodsAKnownPathHas(String method, String path, String allowed)
      throws IOException {
    RawRequest request = RawRequest.of(method, filled(path));
    Reply reply = method.equals("HEAD") ? headersOf(request) : request.send(port());

    assertThat(reply.header("allow")).isEqualTo(allowed);
    if (method.equals("HEAD")) {
      assertThat(reply.status()).isEqualTo(405);
    } else {
      Envelope.assertRefused(reply, "UnsupportedHTTPMethod", "");
    }
  }

  /** The reply to HEAD has no body, whatever its headers say. */
  private static Reply headersOf(RawRequest request) throws IOException {
    return request.header("Connection", "close").send(port());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/openapi",
        "/openapi/logstash",
        "/openapi/instances/{id}/actions/interrupt",
        "/openapi/logstashes/{id}/actions",
        "/openapi/logstashes/{id}/actions/Interrupt",
        "/openapi/logstashes/{id}/actions/interrupt/now",
        "/v1/instances/{id}",
        "/v2/instances/{id}/task",
        "/openapi.yml",
        "/favicon.ico",
        "/health/live",
        "/metrics"
      })
  void knowsNoOtherPaths(String path) throws IOException {
    Envelope.assertRefused(RawRequest.get(filled(path)).send(port()), "InvalidApi.NotFound", "");
    Envelope.assertRefused(RawRequest.post(filled(path)).send(port()), "InvalidApi.NotFound", "");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "POST, /openapi/logstashes/{id}/actions/interrupt?ClientToken=a, ClientToken",
    "POST, /openapi/logstashes/{id}/actions/interrupt?clientToken=a&force=true, force",
    "POST, /openapi/logstashes/{id}/actions/interrupt?clienttoken, clienttoken",
    "POST, /openapi/logstashes/{id}/actions/interrupt?=1, ''",
    "POST, /openapi/logstashes/{id}/actions/interrupt?%22%3Cb%3E=1, '\"<b>'",
    "POST, /openapi/logstashes/{id}/actions/interrupt?%C3%A9=1, of unknown name",
    "POST, /openapi/logstashes/{id}/actions/interrupt?a+b=1, of unknown name",
    "POST, /openapi/logstashes/{id}/actions/resume?mode=now, mode",
    "POST, /openapi/logstashes/{id}/actions/restart?batchCount=5, batchCount",
  })
  void namesAQueryParameterThatAChangeDoesNotHave(String method, String target, String name)
      throws IOException {
    Reply reply = RawRequest.of(method, filled(target)).send(port());

    Envelope.assertRefused(reply, "InvalidParameter", name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openapi/logstashes?x=1&Action=ListLogstash",
        "/openapi/logstashes/{id}?x=1",
        "/openapi/logstashes/{id}?clientToken=a",
        "/v1/instances/{id}/nodes?x",
        "/v1/instances/{id}/task?x=",
        "/v1/instances/{id}/events?x=1",
        "/openapi.yaml?v=2"
      })
  void toleratesUnknownQueryParametersOnReads(String target) throws IOException {
    assertThat(RawRequest.get(filled(target)).send(port()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ls-cn-unknown", "x", "a%20b", "%C3%A9", "{65}", "a+b", "%27;DROP", "es-cn-1"})
  void knowsNoInstanceOfAnUnknownOrImpossibleId(String id) throws IOException {
    String segment = id.replace("{65}", "x".repeat(65));
    for (String action : new String[] {"interrupt", "resume", "restart"}) {
      String target = ALL + "/" + segment + "/actions/" + action + "?clientToken=t";
      Envelope.assertRefused(RawRequest.post(target).send(port()), "InstanceNotFound", "");
    }
    for (String resource : new String[] {"nodes", "task", "events"}) {
      String target = "/v1/instances/" + segment + "/" + resource;
      Envelope.assertRefused(RawRequest.get(target).send(port()), "InstanceNotFound", "");
    }
    Envelope.assertRefused(
        RawRequest.get(ALL + "/" + segment).send(port()), "InstanceNotFound", "");
  }

  private static String filled(String template) {
    return template.replace("{id}", instanceId);
  }

  private static int port() {
    return service.service().port();
  }
}
