package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Direction;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several faults in one request: the first of message, parameters, token, instance and state
 * answers.
 */
@RunningService("HOLDPOINT_WORKER=off")
class PrecedenceIT {
  private static ServiceFixture service;
  private static String busy;
  private static String frozen;

  @BeforeAll
  static void prepare(ServiceFixture running, TestDatabase database) {
    service = running;
    TaskRows rows = new TaskRows(database);
    busy = rows.instance(new Situation(TaskState.RUNNING, Direction.FORWARD, false, null));
    frozen = rows.instance();
    database.execute(
        "UPDATE instances SET standing = 'frozen' WHERE instance_id = '" + frozen + "'");
    String other = rows.instance();
    assertThat(running.resume(other, "used").status()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          message before parameters                | interrupt | {busy}?x=%zz&clientToken={65}          |               |                                              | InvalidRequest
          two tokens before parameters             | interrupt | {busy}?clientToken=a&clientToken=b&x=1 |               |                                              | InvalidClientToken
          unknown name before token                | interrupt | {busy}?clientToken={65}&x=1            |               |                                              | InvalidParameter:x
          mode before token                        | interrupt | {busy}?clientToken={65}                | mode: soon    |                                              | InvalidParameter:x-holdpoint-interrupt-mode
          reason before token                      | interrupt | {busy}?clientToken={65}                | reason: {257} |                                              | InvalidParameter:x-holdpoint-reason
          reason before token of a resume          | resume    | {busy}?clientToken={65}                | reason: {257} |                                              | InvalidParameter:x-holdpoint-reason
          reason before instance                   | resume    | unknown                                | reason: {257} |                                              | InvalidParameter:x-holdpoint-reason
          reason before an impossible id           | interrupt | a%20b                                  | reason: {257} |                                              | InvalidParameter:x-holdpoint-reason
          body before token                        | restart   | {busy}?clientToken={65}                |               | []                                           | InvalidParameter:body
          field before token                       | restart   | {busy}?clientToken={65}                |               | {"batchCount":[]}                            | InvalidParameter:batchCount
          unknown name before restart's token      | restart   | {busy}?clientToken={65}&x=1            |               | {}                                           | InvalidParameter:x
          restart's rules before token             | restart   | {busy}?clientToken={65}                |               | {"batchCount":5}                             | NormalRestartNotSupportBatch
          restart's rules before instance          | restart   | unknown?force=true                     |               | {}                                           | RestartBatchValueError
          restart's reason before token            | restart   | {busy}?clientToken={65}                | reason: {257} |                                              | InvalidParameter:x-holdpoint-reason
          restart's reason before an impossible id | restart   | a%20b                                  | reason: {257} |                                              | InvalidParameter:x-holdpoint-reason
          token before an unknown instance         | interrupt | unknown?clientToken={65}               |               |                                              | InvalidClientToken
          token before an impossible id            | interrupt | a%20b?clientToken={65}                 |               |                                              | InvalidClientToken
          restart's token before an impossible id  | restart   | a%20b?clientToken={65}                 |               |                                              | InvalidClientToken
          used token before an unknown instance    | interrupt | unknown?clientToken=used               |               |                                              | IdempotentParameterMismatch
          used token before restart's instance     | restart   | unknown?clientToken=used               |               |                                              | IdempotentParameterMismatch
          used token before state                  | restart   | {busy}?clientToken=used                |               |                                              | IdempotentParameterMismatch
          used token before a frozen state         | interrupt | {frozen}?clientToken=used              |               |                                              | IdempotentParameterMismatch
          token before state                       | restart   | {busy}?clientToken={65}                |               |                                              | InvalidClientToken
          instance before state                    | restart   | unknown                                |               |                                              | InstanceNotFound
          unknown node before state                | restart   | {busy}                                 |               | {"restartType":"nodeIp","nodes":["1.1.1.1"]} | InvalidParameter:nodes
          state at last                            | restart   | {busy}?clientToken=new                 |               |                                              | InstanceStatusNotSupportCurrentAction
          state of a frozen instance               | restart   | {frozen}                               |               |                                              | InstanceStatusNotSupportCurrentAction
          interrupt of a frozen instance           | interrupt | {frozen}                               |               |                                              | InstanceStatusNotSupportCurrentAction
          resume of a frozen instance              | resume    | {frozen}?clientToken=new               |               |                                              | InstanceStatusNotSupportCurrentAction
          """)
  void firstFaultAnswers(
      String name,
      String action,
      String instanceAndQuery,
      @Nullable String header,
      @Nullable String body,
      String expected)
      throws IOException {
    RawRequest request = RawRequest.post(target(action, instanceAndQuery));
    if (header != null) {
      String[] pair = header.replace("{257}", "x".repeat(257)).split(": ", 2);
      String full = pair[0].equals("mode") ? "interrupt-mode" : pair[0];
      request = request.header("x-holdpoint-" + full, pair[1]);
    }
    String[] codeAndName = (expected + ":").split(":", -1);

    Envelope.assertRefused(
        (body == null ? request : request.json(body)).send(service.service().port()),
        codeAndName[0],
        codeAndName[1]);
  }

  private static String target(String action, String instanceAndQuery) {
    String[] parts =
        instanceAndQuery
            .replace("{busy}", busy)
            .replace("{frozen}", frozen)
            .replace("{65}", "t".repeat(65))
            .split("\\?", 2);
    String query = parts.length == 1 ? "" : "?" + parts[1];
    return "/openapi/logstashes/" + parts[0] + "/actions/" + action + query;
  }
}
