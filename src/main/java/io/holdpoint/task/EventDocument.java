package io.holdpoint.task;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TaskEvent} as JSON objects are held in Java: one form for the history, the stream and
 * webhooks. Absent members have no value.
 */
public final class EventDocument {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private EventDocument() {}

  /** As the stream has it, with its position. */
  public static Map<String, Object> write(StreamEntry entry) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("position", entry.position());
    document.put("instanceId", entry.event().instanceId());
    return addTo(document, entry.event());
  }

  /** As the history of its instance has it. */
  public static Map<String, Object> write(TaskEvent event) {
    return addTo(new LinkedHashMap<>(), event);
  }

  private static Map<String, Object> addTo(Map<String, Object> document, TaskEvent event) {
    document.put("taskId", event.taskId().toString());
    document.put("sequence", event.sequence());
    document.put("kind", event.kind().text());
    put(document, "fromState", text(event.from()));
    put(document, "toState", text(event.to()));
    document.put("epoch", event.epoch());
    document.put("inFlight", event.inFlight());
    put(document, "step", event.step());
    put(document, "nodeId", event.nodeId());
    put(
        document,
        "requestId",
        event.requestId() == null ? null : event.requestId().toString().toUpperCase(Locale.ROOT));
    put(document, "principal", event.principal());
    put(document, "reason", event.reason());
    put(document, "interruptMode", text(event.mode()));
    document.put("at", time(event.at()));
    return document;
  }

  /** UTC with milliseconds. */
  public static String time(Instant instant) {
    return MILLIS.format(instant);
  }

  private static @Nullable String text(@Nullable Term term) {
    return term == null ? null : term.text();
  }

  private static void put(Map<String, Object> document, String name, @Nullable Object value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
