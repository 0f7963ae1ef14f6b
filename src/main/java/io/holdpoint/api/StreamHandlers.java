package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.StreamConfig;
import io.holdpoint.task.Answer;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Query;
import io.holdpoint.task.Term;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resource {@code /v1/events}: an account's stream as server-sent events. Who is one too many
 * is turned away at once. For one event loop.
 */
final class StreamHandlers {
  private final Vertx vertx;
  private final TaskBus bus;
  private final StreamConfig config;
  private final ApiMetrics metrics;
  private final Set<EventStream> open = new HashSet<>();
  private final Map<String, Integer> byAccount = new HashMap<>();
  private volatile int followers;

  StreamHandlers(Vertx vertx, TaskBus bus, StreamConfig config, ApiMetrics metrics) {
    this.vertx = vertx;
    this.bus = bus;
    this.config = config;
    this.metrics = metrics;
  }

  void follow(Exchange exchange, ValidatedRequest request) {
    EventFilter wanted = filter(request);
    Long after = after(request);
    String account = exchange.accountId();
    if (open.size() >= config.maxFollowers()
        || byAccount.getOrDefault(account, 0) >= config.maxFollowersPerAccount()) {
      metrics.shed(ApiMetrics.Bound.STREAMS, false);
      exchange.fail(ApiError.UNAVAILABLE);
      return;
    }
    EventStream stream = new EventStream(vertx, exchange, wanted);
    enter(stream, account);
    exchange.when(
        bus.ask(new Query.FindStreamEnd(account)),
        answer -> {
          if (answer instanceof Answer.FoundStreamEnd found) {
            begin(stream, exchange, after, found.end().position());
          } else {
            exchange.fail(ApiError.UNAVAILABLE);
          }
        });
  }

  /**
   * @param after null for the end
   */
  private void begin(EventStream stream, Exchange exchange, @Nullable Long after, long end) {
    if (after != null && after > end) {
      // It would wait for the stream to come that far, and then miss what it has never seen.
      exchange.fail(ApiError.POSITION_NOT_FOUND, Long.toString(end));
      return;
    }
    stream.begin(bus, config, after == null ? end : after);
  }

  private void enter(EventStream stream, String account) {
    open.add(stream);
    byAccount.merge(account, 1, Integer::sum);
    followers = open.size();
    stream
        .over()
        .onComplete(
            over -> {
              open.remove(stream);
              byAccount.computeIfPresent(account, (id, count) -> count == 1 ? null : count - 1);
              followers = open.size();
            });
  }

  /** Streams that are open now; may be read from anywhere. */
  int followers() {
    return followers;
  }

  private static @Nullable Long after(ValidatedRequest request) {
    String last = text(request.getHeaders().get("Last-Event-ID"));
    if (!last.isEmpty()) {
      return Long.valueOf(last);
    }
    RequestParameter after = request.getQuery().get("after");
    return after == null || after.isNull() ? null : after.getLong();
  }

  private static EventFilter filter(ValidatedRequest request) {
    String instance = text(request.getQuery().get("instanceId"));
    String listed = text(request.getQuery().get("kinds"));
    return filter(
        instance.isEmpty() ? null : instance,
        listed.isEmpty() ? List.of() : List.of(listed.split(",", -1)));
  }

  /**
   * @param kinds none means all
   */
  static EventFilter filter(@Nullable String instance, List<String> kinds) {
    if (kinds.isEmpty()) {
      return new EventFilter(instance, EventFilter.ALL.kinds());
    }
    Set<EventKind> wanted = EnumSet.noneOf(EventKind.class);
    for (String kind : kinds) {
      try {
        wanted.add(Term.parse(EventKind.class, kind));
      } catch (IllegalArgumentException unknown) {
        throw new ApiException(ApiError.INVALID_PARAMETER, "kinds");
      }
    }
    return new EventFilter(instance, wanted);
  }

  private static String text(@Nullable RequestParameter parameter) {
    return parameter == null || parameter.isNull() ? "" : parameter.getString();
  }

  /** Ends all streams; clients come again, to another node, and go on from their position. */
  Future<Void> close() {
    return Future.join(List.copyOf(open).stream().map(EventStream::end).toList()).mapEmpty();
  }
}
