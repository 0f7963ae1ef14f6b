package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.StandInProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** The change of one fleet, followed by its events; and the hands of a human at its nodes. */
record Watch(ServiceFixture service, Fleet fleet) {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Set<EventKind> ENDS =
      EnumSet.of(EventKind.SUCCEEDED, EventKind.REVERTED, EventKind.ABANDONED, EventKind.HELD);

  /** Until the task ends, or the engine holds it with nothing in flight. */
  Watch ended() {
    service.await(event -> own(event.instanceId()) && ENDS.contains(event.kind()));
    return quiet();
  }

  Watch quiet() {
    Await.until(LIMIT, "quiet", () -> fleet.task().getJsonArray("inFlight").isEmpty());
    return this;
  }

  /** Interrupts while the first node is changed, which goes on to its end. */
  Watch heldAfterFirstNode() {
    service.await(
        event ->
            own(event.instanceId())
                && event.kind() == EventKind.STEP_BEGUN
                && firstChange().getInteger("step").equals(event.step()));
    interrupt();
    return quiet();
  }

  void interrupt() {
    Reply reply = service.interrupt(fleet.instanceId(), UUID.randomUUID().toString());
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  void resume() {
    Reply reply = service.resume(fleet.instanceId(), UUID.randomUUID().toString());
    assertThat(reply.result()).as(reply.body()).isEqualTo(true);
  }

  Reply decide(String decision) {
    return fleet.turn("decision", new JsonObject().put("decision", decision));
  }

  void decided(String decision) {
    Reply reply = decide(decision);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  void reverted() {
    Reply reply = fleet.turn("revert", null);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    ended().is("reverted");
  }

  void is(String state) {
    assertThat(fleet.task().getString("state")).as(reasons()).isEqualTo(state);
  }

  void isHeld(String hold) {
    is("suspended");
    assertThat(fleet.task().getString("hold")).as(reasons()).isEqualTo(hold);
  }

  /** Every reason of the history, a line each. */
  String reasons() {
    return fleet.history().stream()
        .filter(event -> event.getString("reason") != null)
        .map(event -> event.getString("kind") + " " + event.getString("reason"))
        .collect(Collectors.joining("\n"));
  }

  JsonObject firstChange() {
    return step("apply", "restart", "node-1");
  }

  JsonObject step(String action, String orAction, String nodeId) {
    return fleet.task().getJsonArray("steps").stream()
        .map(JsonObject.class::cast)
        .filter(step -> nodeId.equals(step.getString("nodeId")))
        .filter(step -> List.of(action, orAction).contains(step.getString("action")))
        .findFirst()
        .orElseThrow();
  }

  private boolean own(String instanceId) {
    return instanceId.equals(fleet.instanceId());
  }

  static JsonObject pipelineChange(String text) {
    return new JsonObject()
        .put("kind", "pipelines")
        .put("put", new JsonArray().add(new JsonObject().put("id", "main").put("config", text)));
  }

  /** Its text is edited in place, and the node takes it. */
  static void edit(FleetNode node, String text) {
    JsonObject before = pipeline(node);
    try {
      Path next = Files.writeString(node.settings().resolve("main.next"), text);
      Files.move(
          next,
          node.settings().resolve("conf.d/main.conf"),
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until(
        LIMIT,
        "the edit is loaded",
        () -> !pipeline(node).getString("hash").equals(before.getString("hash")));
    node.awaitGreen();
  }

  private static JsonObject pipeline(FleetNode node) {
    return node.get("/_node/pipelines").getJsonObject("pipelines").getJsonObject("main");
  }

  /** The other side takes events again. */
  static void unblock(FleetNode node) {
    try {
      Files.createFile(node.data().resolve("unblock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends its process, lets {@code meanwhile} happen, and starts it again. */
  static void restart(FleetNode node, Runnable meanwhile) {
    processes(node).forEach(ProcessHandle::destroy);
    Await.until(LIMIT, "the node ends", () -> processes(node).isEmpty());
    meanwhile.run();
    StandInProcess.launch(node.home(), node.settings(), node.data(), node.port());
    node.awaitGreen();
  }

  static List<ProcessHandle> processes(FleetNode node) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(node.data().toString()))
        .toList();
  }

  static long stops(FleetNode node) {
    return node.trace().stream()
        .filter(line -> line.contains("stop") && line.contains("asked"))
        .count();
  }

  /**
   * Without staged files and texts that nothing refers to, and without pipelines that are gone: a
   * process shows those for ever among its pipelines, only its health report leaves them out.
   */
  static List<Map<String, String>> states(Fleet fleet) {
    return fleet.nodes().stream()
        .map(
            node -> {
              Map<String, String> seen = new TreeMap<>(node.state());
              Set<String> present =
                  node.get("/_health_report")
                      .getJsonObject("indicators")
                      .getJsonObject("pipelines")
                      .getJsonObject("indicators")
                      .fieldNames();
              seen.keySet()
                  .removeIf(
                      name ->
                          name.startsWith("pipeline ")
                              && !present.contains(name.substring("pipeline ".length())));
              seen.keySet()
                  .removeIf(name -> name.startsWith("holdpoint.d/") || name.contains("holdpoint-"));
              return seen;
            })
        .toList();
  }
}
