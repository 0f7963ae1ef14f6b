package io.holdpoint.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call prints: the reply on standard output, everything about it on standard error. */
final class CallOutput {
  /** Headers of a reply, by their names in the JSON form. */
  private static final List<Map.Entry<String, String>> TOLD =
      List.of(
          Map.entry("requestId", "x-acs-request-id"),
          Map.entry("outcome", "x-holdpoint-outcome"),
          Map.entry("taskId", "x-holdpoint-task-id"),
          Map.entry("epoch", "x-holdpoint-epoch"),
          Map.entry("replayed", "idempotency-replayed"),
          Map.entry("originalRequestId", "x-holdpoint-original-request-id"));

  private final CallOperation operation;
  private final CallEndpoint endpoint;
  private final @Nullable String token;
  private final PrintStream out;
  private final PrintStream err;

  CallOutput(
      CallOperation operation,
      CallEndpoint endpoint,
      @Nullable String token,
      PrintStream out,
      PrintStream err) {
    this.operation = operation;
    this.endpoint = endpoint;
    this.token = token;
    this.out = out;
    this.err = err;
  }

  /** Before anything is sent, so that a call that is killed can be repeated. */
  void token() {
    if (token != null) {
      say("client token " + token);
    }
  }

  void again(int attempt, @Nullable CallReply reply, @Nullable IOException failure) {
    say("attempt " + attempt + ": " + what(reply, failure) + "; trying again");
  }

  void end(CallEnd end, boolean json) {
    if (json) {
      out.println(document(end));
    } else if (end.reply() != null && end.reply().body().length > 0) {
      byte[] body = end.reply().body();
      out.write(body, 0, body.length);
      if (body[body.length - 1] != '\n') {
        out.println();
      }
    }
    out.flush();
    switch (end.kind()) {
      case REFUSED:
        say("refused: " + what(end.reply(), end.failure()));
        break;
      case UNKNOWN:
        say(unknown(end));
        break;
      case DONE:
      case FALSE:
        break;
    }
  }

  private String unknown(CallEnd end) {
    String text = what(end.reply(), end.failure()) + ", after " + end.attempts() + " attempt(s)";
    if (!operation.changing()) {
      return text;
    }
    return text
        + "; whether it had an effect is unknown, the same call"
        + (token == null ? "" : " with --client-token " + token)
        + " finds out";
  }

  private String what(@Nullable CallReply reply, @Nullable IOException failure) {
    if (reply != null) {
      return (reply.status() + " " + reply.code()).strip();
    }
    return "no answer from " + endpoint + ": " + CallFailure.reason(failure);
  }

  private String document(CallEnd end) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("exitCode", end.kind().exitCode());
    document.put("operation", operation.id());
    document.put("clientToken", token);
    document.put("attempts", end.attempts());
    CallReply reply = end.reply();
    if (reply == null) {
      return document.put("error", what(null, end.failure())).toString();
    }
    document.put("status", reply.status());
    for (Map.Entry<String, String> told : TOLD) {
      String value = reply.header(told.getValue());
      if (!value.isEmpty()) {
        document.put(told.getKey(), value);
      }
    }
    JsonNode json = reply.json();
    if (json.isMissingNode()) {
      document.put("body", new String(reply.body(), StandardCharsets.UTF_8));
    } else {
      document.set("body", json);
    }
    return document.toString();
  }

  private void say(String line) {
    err.println("holdpoint: " + line);
  }
}
