package io.holdpoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.SseClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Whether every node hears over the event bus of what each other one commits. Needs nodes that poll
 * their streams seldom, so that nothing else can tell them, and nobody else at work.
 */
final class BusProbe {
  private static final Duration QUIET = Duration.ofSeconds(30);

  /** Of a message; far less than the nodes' polls. */
  private static final int HEARD_SECONDS = 5;

  private final Cluster cluster;

  BusProbe(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Fails when they do not within {@code limit}.
   *
   * @param context is shown with the failure
   */
  void everyNodeHearsOfEveryOther(Duration limit, String context) {
    quiet();
    for (ChildService committing : cluster.nodes()) {
      Operator operator = new Operator(committing.api());
      Await.until(
          limit,
          "all hear of what is committed at " + committing.place().api() + " " + context,
          () -> allHearOfAChange(operator));
    }
  }

  private boolean allHearOfAChange(Operator operator) {
    String instance = ClusterRun.createInstance(operator, 2);
    ClusterRun.definite(() -> operator.restart(instance));
    suspend(operator, instance);
    // Of an abandoned task no worker takes notice: only the node that commits it, and whom it
    // tells.
    return allHearOf(instance, () -> abandon(operator, instance));
  }

  /** No task is left that anybody works on. */
  private void quiet() {
    Operator operator = new Operator(cluster.nodes().get(0).api());
    cluster
        .database()
        .rows("SELECT instance_id FROM tasks WHERE state IN ('pending', 'running', 'suspended')")
        .forEach(row -> suspend(operator, row.get("instance_id").toString()));
  }

  private void suspend(Operator operator, String instance) {
    Await.until(
        QUIET,
        "the interrupt of " + instance,
        () ->
            operator
                    .interrupt(
                        instance, UUID.randomUUID().toString(), "x-holdpoint-interrupt-mode", "now")
                    .status()
                == 200);
    Await.until(
        QUIET,
        instance + " is quiet",
        () -> operator.task(instance).getValue("quiescedAt") != null);
  }

  private static void abandon(Operator operator, String instance) {
    Reply reply =
        ClusterRun.definite(
            () -> operator.api().post("/v1/instances/" + instance + "/task/abandon"));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  private boolean allHearOf(String instance, Runnable commit) {
    Await.until(
        QUIET,
        "every event has its position",
        () ->
            cluster.database().count("SELECT count(*) FROM events")
                == cluster.database().count("SELECT count(*) FROM stream_entries"));
    String end = cluster.database().text("SELECT max(position) FROM stream_entries");
    List<SseClient> followers = new ArrayList<>();
    try {
      for (ChildService node : cluster.nodes()) {
        SseClient follower =
            SseClient.open(node.place().api(), "/v1/events", Map.of("Last-Event-ID", end));
        followers.add(follower);
        assertThat(follower.status()).isEqualTo(200);
      }
      commit.run();
      for (SseClient follower : followers) {
        JsonObject heard = follower.next(HEARD_SECONDS).json();
        assertThat(heard.getString("instanceId")).isEqualTo(instance);
        assertThat(heard.getString("kind")).isEqualTo("abandoned");
      }
      return true;
    } catch (AssertionError silence) {
      return false;
    } finally {
      followers.forEach(SseClient::close);
    }
  }
}
