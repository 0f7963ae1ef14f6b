package io.holdpoint.bus;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What members of the cluster say to each other about streams: plain JSON, so that a member needs
 * no codec of ours. A reader ignores members of an object that it does not know.
 */
final class StreamWire {
  /** No answer is longer, whatever was asked for. */
  private static final int LONGEST_PAGE = 200;

  private StreamWire() {}

  static JsonObject end(StreamEnd end) {
    return new JsonObject().put("accountId", end.accountId()).put("position", end.position());
  }

  static StreamEnd end(JsonObject end) {
    return new StreamEnd(end.getString("accountId"), end.getLong("position"));
  }

  static JsonObject question(Query.ReadStream query) {
    return new JsonObject()
        .put("accountId", query.accountId())
        .put("after", query.after())
        .put("limit", query.limit());
  }

  static Query.ReadStream question(JsonObject question) {
    return new Query.ReadStream(
        question.getString("accountId"),
        question.getLong("after"),
        Math.min(LONGEST_PAGE, question.getInteger("limit")));
  }

  static JsonObject page(Answer.Streamed page) {
    JsonArray entries = new JsonArray();
    for (StreamEntry entry : page.entries()) {
      entries.add(
          new JsonObject()
              .put("position", entry.position())
              .put("event", TaskEventJson.toJson(entry.event())));
    }
    return new JsonObject().put("entries", entries);
  }

  static Answer.Streamed page(JsonObject page) {
    JsonArray entries = page.getJsonArray("entries");
    List<StreamEntry> read = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      JsonObject entry = entries.getJsonObject(i);
      read.add(
          new StreamEntry(
              entry.getLong("position"), TaskEventJson.fromJson(entry.getJsonObject("event"))));
    }
    return new Answer.Streamed(read);
  }
}
