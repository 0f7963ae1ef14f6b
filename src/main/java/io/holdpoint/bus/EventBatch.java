package io.holdpoint.bus;

import io.holdpoint.task.TaskEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many events as one message, put together from events that were encoded once for all members: a
 * JSON object with an array {@code events}. What a reader does not know it ignores; a form that it
 * could not read at all gets another version in {@link #address}.
 */
final class EventBatch {
  private static final Logger log = LoggerFactory.getLogger(EventBatch.class);
  private static final String EVENTS = "events";

  private EventBatch() {}

  /** Where a member takes batches of this form. */
  static String address(String member) {
    return TaskBus.EVENTS + ".v1." + member;
  }

  static Buffer encode(TaskEvent event) {
    return TaskEventJson.toJson(event).toBuffer();
  }

  /**
   * @param encoded not empty
   */
  static Buffer of(List<Buffer> encoded) {
    Buffer batch = Buffer.buffer("{\"" + EVENTS + "\":");
    char before = '[';
    for (Buffer event : encoded) {
      batch.appendByte((byte) before).appendBuffer(event);
      before = ',';
    }
    return batch.appendString("]}");
  }

  /** In their order; an event of a newer build that cannot be read is left out. */
  static List<TaskEvent> read(Buffer batch) {
    JsonArray encoded = new JsonObject(batch).getJsonArray(EVENTS);
    List<TaskEvent> events = new ArrayList<>(encoded.size());
    for (int i = 0; i < encoded.size(); i++) {
      try {
        events.add(TaskEventJson.fromJson(encoded.getJsonObject(i)));
      } catch (RuntimeException unknown) {
        log.atDebug().log("an event of another member cannot be read: " + unknown);
      }
    }
    return events;
  }
}
