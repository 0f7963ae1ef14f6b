package io.holdpoint.api;

import io.holdpoint.auth.AccessDeniedDetail;
import io.holdpoint.task.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.Json;
import io.vertx.core.net.SocketAddress;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its one answer: the request id, the reading of the target, the time of arrival,
 * its place among the requests in flight, and the only place that writes envelopes.
 */
final class Exchange {
  private static final CharSequence JSON =
      HttpHeaders.createOptimized("application/json;charset=utf-8");
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-acs-request-id");
  private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("x-acs-retry-after");
  private static final CharSequence OUTCOME = HttpHeaders.createOptimized("x-holdpoint-outcome");
  private static final CharSequence TASK_ID = HttpHeaders.createOptimized("x-holdpoint-task-id");
  private static final CharSequence EPOCH = HttpHeaders.createOptimized("x-holdpoint-epoch");
  private static final CharSequence REPLAYED = HttpHeaders.createOptimized("Idempotency-Replayed");
  private static final CharSequence ORIGINAL_REQUEST_ID =
      HttpHeaders.createOptimized("x-holdpoint-original-request-id");
  private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
  private static final long LINGER_MILLIS = 1_000;
  private static final String RETRY_AFTER_MILLIS = "1000";
  private static final String NO_ADDRESS = "0.0.0.0";

  /** RFC 9113, 8.1: the rest of the request is not needed for the reply that was sent. */
  private static final long NO_ERROR = 0;

  private final HttpServerRequest request;
  private final RequestTarget target;
  private final UUID requestId = UUID.randomUUID();
  private final String requestIdText = text(requestId);
  private final long arrivedNanos;
  private InFlight.@Nullable Place place;
  private @Nullable Caller caller;
  private Consumer<Runnable> refusals = Runnable::run;

  Exchange(HttpServerRequest request, RequestTarget target, long arrivedNanos) {
    this.request = request;
    this.target = target;
    this.arrivedNanos = arrivedNanos;
  }

  /** Keeps {@code admitted} until the reply has ended, or the client has gone. */
  void occupy(InFlight.Place admitted) {
    place = admitted;
    request.response().endHandler(admitted).closeHandler(admitted);
  }

  /** Its reply goes on for as long as the client likes: it is no longer one of those in flight. */
  void outlive() {
    if (place != null) {
      place.leave();
    }
  }

  /** Whether there is room for a body of this length; without a place there is no bound. */
  boolean holdsBody(long length) {
    return place == null || place.holdsBody(length);
  }

  /** The body is on its way; {@code displaced} is called when an interrupt needed the room. */
  void awaitsBody(Runnable displaced) {
    if (place != null) {
      place.awaitsBody(displaced);
    }
  }

  /** The body is there, or nobody waits for it any longer. */
  void hasBody() {
    if (place != null) {
      place.hasBody();
    }
  }

  /** Whether this was admitted as an interrupt. */
  boolean isInterrupt() {
    return place != null && place.interrupt();
  }

  /** Upper case, as the API writes request ids. */
  static String text(UUID requestId) {
    return requestId.toString().toUpperCase(Locale.ROOT);
  }

  HttpServerRequest request() {
    return request;
  }

  /**
   * The host that the client named, as it sent it: the {@code Host} header, or {@code :authority}.
   * Null only in HTTP/1.0.
   */
  @Nullable String authority() {
    return request.getHeader(HttpHeaders.HOST);
  }

  RequestTarget target() {
    return target;
  }

  UUID requestId() {
    return requestId;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  /** The access gate knows who asks. */
  void identify(Caller known) {
    caller = known;
  }

  /**
   * Who asks.
   *
   * @throws IllegalStateException when the access gate did not see this exchange
   */
  Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("nobody asked who calls " + target.rawPath());
    }
    return caller;
  }

  /** From now on every refusal goes this way before it is told. */
  void refuseThrough(Consumer<Runnable> way) {
    refusals = way;
  }

  /**
   * @param tell answers this
   */
  void refuse(Runnable tell) {
    refusals.accept(tell);
  }

  String accountId() {
    return caller().accountId();
  }

  /** The address that the connection came from. */
  String source() {
    SocketAddress remote = request.remoteAddress();
    String address = remote == null ? null : remote.hostAddress();
    return address == null ? NO_ADDRESS : address;
  }

  /**
   * Goes on with what {@code future} brings; a failure, also one of {@code then}, is answered too,
   * so that no defect leaves the client waiting.
   */
  <T> void when(Future<T> future, Consumer<T> then) {
    future
        .map(
            value -> {
              then.accept(value);
              return value;
            })
        .onFailure(failure -> Failures.answer(this, failure));
  }

  /**
   * @param result the {@code Result} member as JSON text
   */
  void succeed(String result) {
    write(200, "{\"Result\":" + result + ",\"RequestId\":\"" + requestIdText + "\"}");
  }

  /**
   * @param headers the {@code Headers} member as JSON text, where the operation has one
   */
  void succeed(String result, String headers) {
    write(
        200,
        "{\"Result\":"
            + result
            + ",\"RequestId\":\""
            + requestIdText
            + "\",\"Headers\":"
            + headers
            + "}");
  }

  /** Answers a command, whatever became of it. */
  void complete(Outcome outcome) {
    HttpServerResponse response = request.response();
    response.putHeader(OUTCOME, outcome.kind().text());
    if (outcome.taskId() != null) {
      response.putHeader(TASK_ID, outcome.taskId().toString());
      response.putHeader(EPOCH, Long.toString(outcome.epoch()));
    }
    UUID original = outcome.originalRequestId();
    // Our own retry after a lost commit finds its own row: not a repeat to the caller.
    if (original != null && !original.equals(requestId)) {
      response.putHeader(REPLAYED, TRUE);
      response.putHeader(ORIGINAL_REQUEST_ID, text(original));
    }
    String result = outcome.result();
    switch (outcome.kind()) {
      case APPLIED, ALREADY, NOTHING, REPLAYED -> succeed(result == null ? "true" : result);
      case NONCE_USED -> fail(ApiError.NONCE_USED);
      case DENIED -> fail(ApiError.FORBIDDEN);
      case MISMATCH -> fail(ApiError.MISMATCH);
      case NOT_FOUND -> fail(ApiError.INSTANCE_NOT_FOUND);
      case REFUSED -> refuse(outcome);
      case IN_PROGRESS -> fail(ApiError.TOKEN_IN_PROGRESS);
      case OVERLOADED, UNAVAILABLE -> fail(ApiError.UNAVAILABLE);
    }
  }

  private void refuse(Outcome outcome) {
    Outcome.Refusal why = outcome.refusal();
    if (why == null) {
      fail(ApiError.STATUS_NOT_SUPPORTED);
      return;
    }
    String subject = String.valueOf(outcome.subject());
    switch (why) {
      case STATUS, NO_NODES -> fail(ApiError.STATUS_NOT_SUPPORTED);
      case UNKNOWN_NODE -> fail(ApiError.INVALID_PARAMETER, "nodes");
      case UNKNOWN_CREDENTIAL -> fail(ApiError.UNKNOWN_CREDENTIAL, subject);
      case CREDENTIAL_IN_USE -> fail(ApiError.CREDENTIAL_IN_USE, subject);
      case NO_SEALING_KEY -> fail(ApiError.NO_SEALING_KEY);
      case TOO_MANY_WEBHOOKS -> fail(ApiError.TOO_MANY_WEBHOOKS);
      case UNKNOWN_DEAD_LETTER -> fail(ApiError.DEAD_LETTER_NOT_FOUND);
    }
  }

  void fail(ApiError error) {
    fail(error, "");
  }

  /**
   * @param parameter what the message names; checked or ours, because it is written as it is
   */
  void fail(ApiError error, String parameter) {
    advise(error);
    fail(error.status(), error.code(), error.message(parameter));
  }

  /** As {@link #fail(ApiError)}; whatever of the request is still to come is not waited for. */
  void failEarly(ApiError error) {
    advise(error);
    if (HeadGuard.expectsBody(request) && !request.isEnded()) {
      failAndLinger(error.status(), error.code(), error.message(""));
    } else {
      fail(error.status(), error.code(), error.message(""));
    }
  }

  private void advise(ApiError error) {
    if (error == ApiError.UNAVAILABLE || error == ApiError.TOKEN_IN_PROGRESS) {
      request.response().putHeader(RETRY_AFTER, RETRY_AFTER_MILLIS);
    }
  }

  /** Says what was denied to whom, as RAM does. */
  void deny(AccessDeniedDetail detail) {
    ApiError error = ApiError.FORBIDDEN;
    fail(
        error.status(),
        error.code(),
        error.message(""),
        ",\"AccessDeniedDetail\":" + detail.json());
  }

  /** Tells a client that asks too often when to come back. */
  void throttle(long waitMillis) {
    request.response().putHeader(RETRY_AFTER, Long.toString(waitMillis));
    fail(ApiError.THROTTLED);
  }

  void fail(int status, String code, String message) {
    fail(status, code, message, "");
  }

  /**
   * @param members further ones as JSON text, each behind a comma
   */
  private void fail(int status, String code, String message, String members) {
    write(
        status,
        "{\"RequestId\":\""
            + requestIdText
            + "\",\"HostId\":\""
            + host()
            + "\",\"Code\":\""
            + code
            + "\",\"Message\":"
            + Json.encode(message)
            + ",\"Recommend\":\"/openapi.yaml\""
            + members
            + "}");
  }

  /**
   * The last answer of this connection: what follows on it will not be read. Over HTTP/2 the stream
   * of a broken message is over already, and the connection's others go on.
   */
  void failAndClose(int status, String code, String message) {
    if (request.version() == HttpVersion.HTTP_2) {
      return;
    }
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    fail(status, code, message);
    request.connection().close();
  }

  /**
   * As {@link #failAndClose}, while the rest of the body is still on its way: it is read and
   * dropped for a moment, because bytes that reach a closed socket are answered with a reset, which
   * may overtake the reply. Over HTTP/2 only the stream ends.
   */
  void failAndLinger(int status, String code, String message) {
    boolean stream = request.version() == HttpVersion.HTTP_2;
    if (!stream) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    fail(status, code, message);
    Context context = Vertx.currentContext();
    if (request.isEnded() || context == null) {
      end(stream);
      return;
    }
    context.owner().setTimer(LINGER_MILLIS, over -> end(stream));
    request.exceptionHandler(broken -> end(stream));
    request.handler(dropped -> {});
    request.endHandler(end -> end(stream));
  }

  private void end(boolean stream) {
    if (!stream) {
      request.connection().close();
    } else if (!request.isEnded()) {
      request.response().reset(NO_ERROR);
    }
  }

  /** Safe to write: the head guard lets no other characters into a Host header. */
  private String host() {
    var authority = request.authority();
    return authority == null ? "localhost" : authority.host();
  }

  private void write(int status, String body) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .putHeader(REQUEST_ID, requestIdText)
        .end(body);
  }
}
