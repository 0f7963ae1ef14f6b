package io.holdpoint.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Creating and restarting, exactly once per token, however many ask at once. */
@RunningService("HOLDPOINT_WORKER=off")
class ChangeCommandsIT {
  private static final int CLIENTS = 40;

  @Test
  void manyCreatesWithOneTokenMakeOneInstance(ServiceFixture service, TestDatabase database) {
    long before = database.count("SELECT count(*) FROM instances");
    JsonObject body = ServiceFixture.createBody(2);

    List<ApiClient.Reply> replies =
        atOnce(() -> service.api().send("POST", "/openapi/logstashes?clientToken=create-1", body));

    assertThat(replies).extracting(ApiClient.Reply::status).containsOnly(200);
    assertThat(replies.stream().map(ApiClient.Reply::result).distinct()).hasSize(1);
    assertThat(fresh(replies)).hasSize(1);
    assertThat(database.count("SELECT count(*) FROM instances")).isEqualTo(before + 1);
  }

  @Test
  void sameCreateTokenForAnotherInstanceIsRefused(ServiceFixture service) {
    String path = "/openapi/logstashes?clientToken=create-2";
    service.api().send("POST", path, ServiceFixture.createBody(2));

    ApiClient.Reply other = service.api().send("POST", path, ServiceFixture.createBody(3));

    assertThat(other.code()).isEqualTo("IdempotentParameterMismatch");
  }

  @Test
  void manyRestartsWithOneTokenMakeOneTask(ServiceFixture service, TestDatabase database) {
    String instanceId = service.createInstance(2);
    String path = "/openapi/logstashes/" + instanceId + "/actions/restart?clientToken=restart-1";

    List<ApiClient.Reply> replies = atOnce(() -> service.api().post(path));

    assertThat(replies).extracting(ApiClient.Reply::status).containsOnly(200);
    assertThat(replies.stream().map(reply -> reply.json().getJsonObject("Result")).distinct())
        .hasSize(1);
    assertThat(fresh(replies)).hasSize(1);
    assertThat(tasks(database, instanceId)).isEqualTo(1);
  }

  @Test
  void ofManyRestartsWithTokensOfTheirOwnOneWins(ServiceFixture service, TestDatabase database) {
    String instanceId = service.createInstance(2);

    List<ApiClient.Reply> replies = atOnce(() -> service.restart(instanceId));

    assertThat(replies.stream().filter(reply -> reply.status() == 200)).hasSize(1);
    assertThat(replies.stream().filter(reply -> reply.status() != 200))
        .extracting(ApiClient.Reply::code)
        .containsOnly("InstanceStatusNotSupportCurrentAction");
    assertThat(tasks(database, instanceId)).isEqualTo(1);
  }

  @Test
  void nodesCannotBeReplacedUnderAnUnfinishedTask(ServiceFixture service, TestDatabase database) {
    String instanceId = service.createInstance(2);
    service.restart(instanceId);
    JsonObject nodes = service.api().get(path(instanceId)).json().getJsonObject("Result");

    ApiClient.Reply reply = service.api().send("PUT", path(instanceId), nodes);

    assertThat(reply.code()).isEqualTo("InstanceStatusNotSupportCurrentAction");
    assertThat(
            database.count(
                "SELECT revision FROM instances WHERE instance_id = '" + instanceId + "'"))
        .isEqualTo(1);
  }

  private static String path(String instanceId) {
    return "/v1/instances/" + instanceId + "/nodes";
  }

  private static long tasks(TestDatabase database, String instanceId) {
    return database.count("SELECT count(*) FROM tasks WHERE instance_id = '" + instanceId + "'");
  }

  private static Stream<ApiClient.Reply> fresh(List<ApiClient.Reply> replies) {
    return replies.stream().filter(reply -> reply.header("Idempotency-Replayed").isEmpty());
  }

  private static List<ApiClient.Reply> atOnce(Supplier<ApiClient.Reply> call) {
    List<CompletableFuture<ApiClient.Reply>> calls =
        IntStream.range(0, CLIENTS).mapToObj(i -> CompletableFuture.supplyAsync(call)).toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }
}
