package io.holdpoint.worker;

import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.NodeView.PipelineView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What a human needs to decide about a process that does not end: what is in flight, in which kind
 * of queue, what the threads do, and what a kill would lose.
 */
final class StopEvidence {
  private StopEvidence() {}

  static JsonObject of(NodeView seen, String hotThreads, long secondsSinceStop) {
    JsonArray pipelines = new JsonArray();
    long inMemory = 0;
    boolean persisted = false;
    for (var entry : seen.pipelines().entrySet()) {
      PipelineView pipeline = entry.getValue();
      long inFlight = Math.max(0, pipeline.eventsIn() - pipeline.eventsOut());
      boolean durable = pipeline.queueType().equals("persisted");
      persisted |= durable;
      inMemory += durable ? 0 : inFlight + pipeline.queueEvents();
      pipelines.add(
          new JsonObject()
              .put("pipeline", entry.getKey())
              .put("state", pipeline.state())
              .put("eventsInFlight", inFlight)
              .put("queueType", pipeline.queueType())
              .put("queueEvents", pipeline.queueEvents()));
    }
    return new JsonObject()
        .put("secondsSinceStop", secondsSinceStop)
        .put("pipelines", pipelines)
        .put("killLoses", loses(seen, inMemory, persisted))
        .put("hotThreads", hotThreads);
  }

  private static String loses(NodeView seen, long inMemory, boolean persisted) {
    if (!seen.answers()) {
      return "a kill loses an unknown number of events: the API does not answer";
    }
    String lost =
        inMemory == 0
            ? "a kill loses no event that is counted"
            : "a kill loses about " + inMemory + " events in memory";
    return persisted ? lost + " and replays what a persistent queue had handed out" : lost;
  }
}
