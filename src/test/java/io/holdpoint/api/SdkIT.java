package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.aliyun.elasticsearch20170613.Client;
import com.aliyun.elasticsearch20170613.models.InterruptLogstashTaskRequest;
import com.aliyun.elasticsearch20170613.models.InterruptLogstashTaskResponse;
import com.aliyun.elasticsearch20170613.models.RestartLogstashRequest;
import com.aliyun.elasticsearch20170613.models.RestartLogstashResponse;
import com.aliyun.elasticsearch20170613.models.ResumeLogstashTaskRequest;
import com.aliyun.elasticsearch20170613.models.ResumeLogstashTaskResponse;
import com.aliyun.tea.TeaException;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The official Java SDK, as published: what its commands return and throw. */
@RunningService("HOLDPOINT_WORKER=off")
class SdkIT {
  private static ServiceFixture service;
  private static Client sdk;
  private String instanceId;

  @BeforeAll
  static void connect(ServiceFixture running) throws Exception {
    service = running;
    sdk = SdkClient.of(running);
  }

  @BeforeEach
  void createAnInstance() {
    instanceId = service.createInstance(2);
  }

  @Test
  void interruptsAndResumes() throws Exception {
    restart(new RestartLogstashRequest());

    InterruptLogstashTaskResponse interrupted = interrupt(instanceId, null);
    assertThat(interrupted.getStatusCode()).isEqualTo(200);
    assertThat(interrupted.getBody().getResult()).isTrue();
    assertThat(interrupted.getBody().getCode()).isNull();
    assertThat(interrupted.getBody().getMessage()).isNull();
    assertThat(interrupted.getBody().getRequestId())
        .matches(Envelope.REQUEST_ID)
        .isEqualTo(interrupted.getHeaders().get("x-acs-request-id"));
    assertThat(service.status(instanceId)).isEqualTo("suspended");

    ResumeLogstashTaskResponse resumed = resume(null);
    assertThat(resumed.getBody().getResult()).isTrue();
    assertThat(resumed.getBody().getRequestId()).matches(Envelope.REQUEST_ID);
    assertThat(service.status(instanceId)).isEqualTo("activating");
  }

  @Test
  void saysFalseWhenThereIsNothingToInterruptOrResume() throws Exception {
    assertThat(interrupt(instanceId, null).getBody().getResult()).isFalse();
    assertThat(resume(null).getBody().getResult()).isFalse();
  }

  @Test
  void repeatsTheAnswerOfAToken() throws Exception {
    String token = "interrupt-" + instanceId;
    InterruptLogstashTaskResponse first = interrupt(instanceId, token);
    restart(new RestartLogstashRequest());
    InterruptLogstashTaskResponse again = interrupt(instanceId, token);

    assertThat(first.getBody().getResult()).isFalse();
    assertThat(again.getBody().getResult()).isFalse();
    assertThat(again.getHeaders())
        .containsEntry("idempotency-replayed", "true")
        .containsEntry("x-holdpoint-original-request-id", first.getBody().getRequestId());
    assertThat(again.getBody().getRequestId()).isNotEqualTo(first.getBody().getRequestId());
    assertThat(service.status(instanceId)).isEqualTo("activating");
  }

  @Test
  void restartsByForceWithAToken() throws Exception {
    RestartLogstashRequest forced =
        new RestartLogstashRequest()
            .setForce(true)
            .setBatchCount(50.0)
            .setBlueGreenDep(false)
            .setClientToken("restart-" + instanceId);
    assertThat(restart(forced).getBody().getResult().getStatus()).isEqualTo("activating");
    RestartLogstashResponse again = restart(forced);
    assertThat(again.getHeaders()).containsEntry("idempotency-replayed", "true");
    assertThat(again.getBody().getResult().getStatus()).isEqualTo("activating");
  }

  @Test
  void restartsTheNodesItNames() throws Exception {
    RestartLogstashRequest some =
        new RestartLogstashRequest().setRestartType("nodeIp").setNodes(List.of("10.0.0.2"));

    assertThat(restart(some).getBody().getResult().getNodeAmount()).isEqualTo(2);
    assertThat(service.task(instanceId).getJsonArray("steps").encode())
        .contains("node-2")
        .doesNotContain("node-1");
  }

  @Test
  void throwsWithCodeMessageAndRequestId() throws Exception {
    String token = "shared-" + instanceId;
    interrupt(instanceId, token);
    restart(new RestartLogstashRequest());

    assertThrows(
        () -> interrupt("ls-cn-unknown", null),
        "InstanceNotFound",
        "The instanceId provided does not exist.");
    assertThrows(
        () -> interrupt(service.createInstance(1), token),
        "IdempotentParameterMismatch",
        "The request is retried with updated parameters.");
    assertThrows(
        () -> resume(token),
        "IdempotentParameterMismatch",
        "The request is retried with updated parameters.");
    assertThrows(
        () -> restart(new RestartLogstashRequest()),
        "InstanceStatusNotSupportCurrentAction",
        "The cluster is running tasks or in an error status. Try again later.");
    assertThrows(
        () -> interrupt(instanceId, "t".repeat(65)),
        "InvalidClientToken",
        "Specified parameter clientToken is not valid.");
    assertThrows(
        () -> sdk.describeLogstash("ls-cn-4591f1y6 ****"),
        "InstanceNotFound",
        "The instanceId provided does not exist.");
  }

  private static void assertThrows(ThrowingCallable call, String code, String message) {
    TeaException thrown = catchThrowableOfType(TeaException.class, call);

    assertThat(thrown).as(code).isNotNull();
    Map<String, Object> data = thrown.getData();
    assertThat(thrown.getCode()).isEqualTo(code);
    assertThat(String.valueOf(data.get("RequestId"))).matches(Envelope.REQUEST_ID);
    assertThat(thrown.getMessage())
        .isEqualTo("code: 400, " + message + " request id: " + data.get("RequestId"));
    assertThat(new JsonObject(data).getString("Code")).isEqualTo(code);
  }

  private InterruptLogstashTaskResponse interrupt(String id, String token) throws Exception {
    return sdk.interruptLogstashTask(id, new InterruptLogstashTaskRequest().setClientToken(token));
  }

  private ResumeLogstashTaskResponse resume(String token) throws Exception {
    return sdk.resumeLogstashTask(
        instanceId, new ResumeLogstashTaskRequest().setClientToken(token));
  }

  private RestartLogstashResponse restart(RestartLogstashRequest request) throws Exception {
    return sdk.restartLogstash(instanceId, request);
  }
}
