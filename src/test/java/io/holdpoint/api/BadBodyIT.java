package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are not as they must be: the fault is named, and nothing comes of them. */
@RunningService("HOLDPOINT_WORKER=off")
class BadBodyIT {
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

  @AfterEach
  void nothingHappened() {
    assertThat(database.count("SELECT count(*) FROM instances")).isEqualTo(1);
    assertThat(database.count("SELECT count(*) FROM nodes")).isEqualTo(2);
    assertThat(database.count("SELECT count(*) FROM tasks")).isZero();
    assertThat(database.count("SELECT count(*) FROM commands")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "1",
        "true",
        "\"text\"",
        "{} {}",
        "{'a':1}",
        "{\"a\":01}",
        " ",
        "a=b",
        "\ufeff{",
        "{\"nodes\":[}",
        "<Error/>"
      })
  void namesABodyThatIsNoJsonObject(String body) throws IOException {
    for (RawRequest request : new RawRequest[] {restart(""), create(), putNodes()}) {
      boolean optional = request.target().endsWith("restart");
      if (body.isEmpty() && optional) {
        continue;
      }
      Envelope.assertRefused(
          request.json(body).send(port()),
          body.isEmpty() ? "MissingParameter" : "InvalidParameter",
          "body");
    }
  }

  @Test
  void namesABodyOfBytesThatAreNoText() throws IOException {
    RawRequest create = create().json("{\"version\":\"  \"}");
    RawRequest broken =
        new RawRequest("POST", ALL, create.headers(), create.body().replace("  ", "\u00ff\u00fe"));

    Envelope.assertRefused(broken.send(port()), "InvalidParameter", "body");
  }

  @Test
  void namesABodyNestedTooDeeply() throws IOException {
    String deep = "[".repeat(30_000);

    Envelope.assertRefused(putNodes().json(deep).send(port()), "InvalidParameter", "body");
    Envelope.assertRefused(create().json(deep).send(port()), "InvalidParameter", "body");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/xml",
        "text/json",
        "multipart/form-data; boundary=x"
      })
  void namesABodyOfAnotherType(String type) throws IOException {
    String body = "{\"batchCount\":0}";

    Envelope.assertRefused(restart("").body(type, body).send(port()), "InvalidParameter", "body");
  }

  @ParameterizedTest(name = "restart?{0} {1}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          ''           | {"batchCount":5}                        | NormalRestartNotSupportBatch | ''
          ''           | {"batchCount":0.5}                      | NormalRestartNotSupportBatch | ''
          force=false  | {"batchCount":100}                      | NormalRestartNotSupportBatch | ''
          force=true   | {}                                      | RestartBatchValueError | ''
          force=true   | {"batchCount":0}                        | RestartBatchValueError | ''
          force=true   | {"batchCount":100.1}                    | RestartBatchValueError | ''
          force=true   | {"batchCount":-1}                       | RestartBatchValueError | ''
          force=true   | {"batchCount":1e400}                    | RestartBatchValueError | ''
          ''           | {"batchCount":101}                      | RestartBatchValueError | ''
          force=true   | {"batchCount":"20%"}                    | InvalidParameter | batchCount
          force=true   | {"batchCount":null}                     | InvalidParameter | batchCount
          force=yes    | {}                                      | InvalidParameter | force
          force=TRUE   | {}                                      | InvalidParameter | force
          force=       | {}                                      | InvalidParameter | force
          ''           | {"restartType":"nodeIp"}                | MissingParameter | nodes
          ''           | {"restartType":"nodeIp","nodes":[]}     | MissingParameter | nodes
          ''           | {"restartType":"nodeIp","nodes":"a"}    | InvalidParameter | nodes
          ''           | {"restartType":"nodeIp","nodes":[""]}   | InvalidParameter | nodes.0
          ''           | {"restartType":"nodeIp","nodes":["10.0.0.1",2]} | InvalidParameter | nodes.1
          ''           | {"restartType":"nodeIp","nodes":["10.0.0.9"]}   | InvalidParameter | nodes
          ''           | {"restartType":"nodeIp","nodes":["10.0.0.1","x"]} | InvalidParameter | nodes
          ''           | {"restartType":"node"}                  | InvalidParameter | restartType
          ''           | {"restartType":1}                       | InvalidParameter | restartType
          ''           | {"blueGreenDep":"no"}                   | InvalidParameter | blueGreenDep
          ''           | {"nodeTypes":{}}                        | InvalidParameter | nodeTypes
          """)
  void namesWhatIsWrongInARestart(String query, String body, String code, String name)
      throws IOException {
    Envelope.assertRefused(restart("?" + query).json(body).send(port()), code, name);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "version":"7.4_with_X-Pack"     | "v":1                     | MissingParameter | version
          "version":"7.4_with_X-Pack"     | "version":""              | InvalidParameter | version
          "version":"7.4_with_X-Pack"     | "version":"a\\u0000b"     | InvalidParameter | version
          "version":"7.4_with_X-Pack"     | "version":null            | InvalidParameter | version
          "nodeAmount":2                  | "n":2                     | MissingParameter | nodeAmount
          "nodeAmount":2                  | "nodeAmount":0            | InvalidParameter | nodeAmount
          "nodeAmount":2                  | "nodeAmount":101          | InvalidParameter | nodeAmount
          "nodeAmount":2                  | "nodeAmount":2.5          | InvalidParameter | nodeAmount
          "nodeAmount":2                  | "nodeAmount":"02"         | InvalidParameter | nodeAmount
          "nodeAmount":2                  | "nodeAmount":"101"        | InvalidParameter | nodeAmount
          "nodeAmount":2                  | "nodeAmount":[2]          | InvalidParameter | nodeAmount
          "nodeSpec":{"spec":"s"}         | "s":1                     | MissingParameter | nodeSpec
          "nodeSpec":{"spec":"s"}         | "nodeSpec":"s"            | InvalidParameter | nodeSpec
          "nodeSpec":{"spec":"s"}         | "nodeSpec":{}             | MissingParameter | nodeSpec.spec
          "nodeSpec":{"spec":"s"}         | "nodeSpec":{"spec":"s","disk":0} | InvalidParameter | nodeSpec.disk
          "nodeSpec":{"spec":"s"}         | "nodeSpec":{"spec":"s","diskType":"x"} | InvalidParameter | nodeSpec.diskType
          "type":"vpc"                    | "type":"classic"          | InvalidParameter | networkConfig.type
          "vpcId":"v"                     | "vpc":"v"                 | MissingParameter | networkConfig.vpcId
          "x":0                           | "paymentType":"free"      | InvalidParameter | paymentType
          "x":0                           | "paymentType":"prepaid"   | MissingParameter | paymentInfo
          "x":0                           | "paymentInfo":{"duration":10} | InvalidParameter | paymentInfo.duration
          "x":0                           | "description":["d"]       | InvalidParameter | description
          """)
  void namesWhatIsWrongInACreate(String good, String bad, String code, String name)
      throws IOException {
    String body =
        """
        {"version":"7.4_with_X-Pack","nodeAmount":2,"nodeSpec":{"spec":"s"},"networkConfig":
        {"type":"vpc","vpcId":"v","vswitchId":"w","vsArea":"z"},"x":0}""";
    assertThat(body).contains(good);

    Envelope.assertRefused(create().json(body.replace(good, bad)).send(port()), code, name);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                      | MissingParameter | nodes
          {"nodes":[]}                                            | InvalidParameter | nodes
          {"nodes":[{}]}                                          | MissingParameter | nodes.0.address
          {"nodes":[{"address":"a"}]}                             | MissingParameter | nodes.0.driver
          {"nodes":[{"address":"","driver":"simulated"}]}         | InvalidParameter | nodes.0.address
          {"nodes":[{"address":"a b","driver":"simulated"}]}      | InvalidParameter | nodes.0.address
          {"nodes":[{"address":"a","driver":"magic"}]}            | InvalidParameter | nodes.0.driver
          {"nodes":[{"address":"a","driver":"simulated","nodeId":"a/b"}]}   | InvalidParameter | nodes.0.nodeId
          {"nodes":[{"address":"a","driver":"simulated","apiEndpoint":"x"}]} | InvalidParameter | nodes.0.apiEndpoint
          {"nodes":[{"address":"a","driver":"simulated","settings":[]}]}    | InvalidParameter | nodes.0.settings
          {"nodes":[{"address":"a","driver":"simulated","settings":{"a":"\\u0000"}}]} | InvalidParameter | nodes.0.settings
          {"nodes":[{"address":"a","driver":"simulated","adress":"b"}]}     | InvalidParameter | nodes.0.adress
          {"nodes":[{"address":"a","driver":"simulated"}],"force":true}     | InvalidParameter | force
          {"nodes":[{"address":"a","driver":"simulated","nodeId":"n"},{"address":"b","driver":"simulated","nodeId":"n"}]} | InvalidParameter | nodes.1.nodeId
          """)
  void namesWhatIsWrongInAListOfNodes(String body, String code, String name) throws IOException {
    Envelope.assertRefused(putNodes().json(body).send(port()), code, name);
  }

  @Test
  void namesAQueryParameterBesideAGoodBody() throws IOException {
    String instance = ServiceFixture.createBody(2).encode();
    String nodes = "{\"nodes\":[{\"address\":\"a\",\"driver\":\"simulated\"}]}";

    Envelope.assertRefused(
        RawRequest.post(ALL + "?ClientToken=a").json(instance).send(port()),
        "InvalidParameter",
        "ClientToken");
    Envelope.assertRefused(
        putNodes("?clientToken=a").json(nodes).send(port()), "InvalidParameter", "clientToken");
    Envelope.assertRefused(restart("?x").json("{}").send(port()), "InvalidParameter", "x");
  }

  private static RawRequest restart(String query) {
    return RawRequest.post(ALL + "/" + instanceId + "/actions/restart" + query);
  }

  private static RawRequest create() {
    return RawRequest.post(ALL);
  }

  private static RawRequest putNodes() {
    return putNodes("");
  }

  private static RawRequest putNodes(String query) {
    return RawRequest.of("PUT", "/v1/instances/" + instanceId + "/nodes" + query);
  }

  private static int port() {
    return service.service().port();
  }
}
