package io.holdpoint.cli;

import io.holdpoint.store.StartException;
import io.holdpoint.task.EventKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * The main job, told once on stand-in nodes over the real API: a rolling restart is interrupted,
 * the same token is sent again, the task falls quiet, is resumed and finishes. Everything it claims
 * is counted from the replies, from the history and from what the nodes wrote down.
 */
final class DemoStory {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final JsonArray NOTHING = new JsonArray();

  private final DemoClient client;
  private final DemoFleet fleet;
  private final PrintStream out;
  private final Deque<JsonObject> events = new ArrayDeque<>();
  private long heard;
  private String instanceId = "";
  private boolean held = true;

  DemoStory(DemoClient client, DemoFleet fleet, PrintStream out) {
    this.client = client;
    this.fleet = fleet;
    this.out = out;
  }

  /** Counts the nodes of the service as they themselves know them. */
  void meet(int count) {
    JsonObject result = client.get("/v1/nodes").envelope().getJsonObject("Result");
    long alive =
        result.getJsonArray("nodes").stream()
            .filter(node -> ((JsonObject) node).getBoolean("alive"))
            .count();
    check(alive + " nodes of the service share the work", alive == count);
  }

  /** True when every invariant it shows held. */
  boolean tell() {
    instanceId = create("the nodes of the demo", DemoFleet.NODES);
    String instance = "/openapi/logstashes/" + instanceId;
    DemoClient.Reply registered =
        client.send("PUT", "/v1/instances/" + instanceId + "/nodes", fleet.registration());
    check(DemoFleet.NODES + " stand-in nodes are registered", registered.status() == 200);
    check("a rolling restart starts", client.post(instance + "/actions/restart").status() == 200);
    awaitBegun(2);
    out.println("   status " + status(instance) + ", " + progress(instance));

    String interrupt = instance + "/actions/interrupt?clientToken=" + UUID.randomUUID();
    DemoClient.Reply first = client.post(interrupt);
    out.println("-> POST " + interrupt);
    out.println("<- " + first.text());
    check("the interrupt is acknowledged", isTrue(first));
    DemoClient.Reply again = client.post(interrupt);
    out.println("<- " + again.text() + "   Idempotency-Replayed: " + replayed(again));
    check(
        "the same token has one effect and the same Result",
        isTrue(again) && replayed(again).equals("true"));
    check("the instance is suspended", status(instance).equals("suspended"));

    await(event -> is(event, EventKind.QUIESCED));
    JsonObject task = task();
    out.println("   quiet since " + task.getString("quiescedAt") + ", " + progress(instance));
    check("no step is in flight", task.getJsonArray("inFlight").isEmpty());

    check("the task is resumed", isTrue(client.post(instance + "/actions/resume")));
    await(event -> is(event, EventKind.SUCCEEDED));
    check("the task is finished", status(instance).equals("active"));
    tellHistory();
    return held;
  }

  private String create(String description, int nodes) {
    JsonObject body =
        new JsonObject()
            .put("version", "7.4_with_X-Pack")
            .put("nodeAmount", nodes)
            .put("description", description)
            .put("nodeSpec", new JsonObject().put("spec", "elasticsearch.sn1ne.large"))
            .put(
                "networkConfig",
                new JsonObject()
                    .put("type", "vpc")
                    .put("vpcId", "vpc-demo")
                    .put("vswitchId", "vsw-demo")
                    .put("vsArea", "cn-hangzhou-i"));
    DemoClient.Reply reply = client.send("POST", "/openapi/logstashes", body);
    if (reply.status() != 200) {
      throw new StartException("the demo could not create an instance: " + reply.text());
    }
    return reply.envelope().getJsonObject("Result").getString("instanceId");
  }

  private void awaitBegun(int node) {
    String nodeId = "node-" + node;
    await(event -> is(event, EventKind.STEP_BEGUN) && nodeId.equals(event.getString("nodeId")));
  }

  private static boolean is(JsonObject event, EventKind kind) {
    return kind.text().equals(event.getString("kind"));
  }

  /** Tells the history as it grows, up to the event that is waited for. */
  private void await(Predicate<JsonObject> wanted) {
    long since = System.nanoTime();
    JsonObject event;
    do {
      event = events.poll();
      if (event != null) {
        String node = event.getString("nodeId", "");
        out.println(
            ("   event " + event.getLong("sequence") + ": " + event.getString("kind") + " " + node)
                .stripTrailing());
      } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new StartException("the demo waited " + PATIENCE.toSeconds() + " s for an event");
      } else {
        lookForMore();
      }
    } while (event == null || !wanted.test(event));
  }

  private void lookForMore() {
    DemoClient.Reply reply =
        client.get("/v1/instances/" + instanceId + "/events?limit=500&after=" + heard);
    JsonArray more = reply.status() == 200 ? reply.envelope().getJsonArray("Result") : NOTHING;
    for (int i = 0; i < more.size(); i++) {
      events.add(more.getJsonObject(i));
      heard = more.getJsonObject(i).getLong("sequence");
    }
    if (more.isEmpty()) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private void tellHistory() {
    JsonArray history =
        client
            .get("/v1/instances/" + instanceId + "/events?limit=500")
            .envelope()
            .getJsonArray("Result");
    int interrupts = 0;
    int afterAck = 0;
    boolean suspended = false;
    for (int i = 0; i < history.size(); i++) {
      JsonObject event = history.getJsonObject(i);
      String kind = event.getString("kind");
      if (event.getLong("sequence") != i + 1) {
        held = false;
      }
      if (kind.equals("interrupted")) {
        interrupts++;
        suspended = true;
      } else if (kind.equals("resumed")) {
        suspended = false;
      } else if (kind.equals("step-begun") && suspended) {
        afterAck++;
      }
    }
    check("the history has no gap and one interrupt", interrupts == 1 && held);
    check("steps begun after the ack: " + afterAck, afterAck == 0);
    List<Long> starts = fleet.starts();
    check(
        "starts of each node, the first one included: " + starts,
        starts.equals(Collections.nCopies(DemoFleet.NODES, 2L)));
    out.println(held ? "Every invariant held." : "AN INVARIANT DID NOT HOLD.");
  }

  /** Starts a longer restart and says how to interrupt it. */
  void invite() {
    String instance = client.base() + "/openapi/logstashes/" + instanceId;
    DemoClient.Reply started =
        client.send(
            "POST",
            "/v1/instances/" + instanceId + "/changes",
            new JsonObject().put("kind", "restart").put("soakMillis", 20_000));
    if (started.status() != 200) {
      throw new StartException("the demo could not start a second restart: " + started.text());
    }
    out.println();
    out.println("They are restarted once more, and each is watched for 20 s. Your turn:");
    out.println("  curl -X POST '" + instance + "/actions/interrupt?clientToken=my-token-1'");
    out.println("  (it is quiet once the step in flight has ended; to cut a wait at once, add");
    out.println("  -H 'x-holdpoint-interrupt-mode: now')");
    out.println("  curl '" + client.base() + "/v1/instances/" + instanceId + "/task'");
    out.println("  curl -X POST '" + instance + "/actions/resume'");
    out.println("The contract: " + client.base() + "/openapi.yaml . Ctrl-C ends the demo.");
  }

  private JsonObject task() {
    return client.get("/v1/instances/" + instanceId + "/task").envelope().getJsonObject("Result");
  }

  private JsonObject described(String instance) {
    return client.get(instance).envelope().getJsonObject("Result");
  }

  private String status(String instance) {
    return described(instance).getString("status");
  }

  private String progress(String instance) {
    JsonArray tasks = described(instance).getJsonArray("clusterTasks");
    return tasks.isEmpty()
        ? "no task"
        : "progress " + Math.round(tasks.getJsonObject(0).getDouble("progress")) + " %";
  }

  private static boolean isTrue(DemoClient.Reply reply) {
    return Boolean.TRUE.equals(reply.envelope().getValue("Result"));
  }

  private static String replayed(DemoClient.Reply reply) {
    return reply.header("Idempotency-Replayed");
  }

  private void check(String claim, boolean holds) {
    held &= holds;
    out.println((holds ? "ok " : "NOT OK ") + claim);
  }
}
