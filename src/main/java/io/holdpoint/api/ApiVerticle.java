package io.holdpoint.api;

import io.holdpoint.auth.KeyStore;
import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.config.HttpConfig;
import io.holdpoint.task.AuditRecord;
import io.holdpoint.task.Operation;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.validation.ValidatedRequest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The public HTTP server: limits, one reading of each request, routes, envelope. */
public final class ApiVerticle extends VerticleBase {
  private static final Set<String> BY_HAND =
      Set.of(Operation.INTERRUPT.apiName(), Operation.RESUME.apiName());

  private final TaskBus bus;
  private final HoldpointConfig config;
  private final KeyStore keys;
  private final Consumer<AuditRecord> audit;
  private final InstantSource clock;
  private final MeterRegistry registry;
  private final ApiMetrics metrics;
  private final InFlight inFlight;
  private BodyReader bodies;
  private AccessGate gate;
  private SteerRoute steers;
  private Contract contract;
  private Router router;
  private StreamHandlers streams;
  private Listeners listeners;

  /**
   * @param keys who may call, where signatures are on
   * @param audit gets every decision about a call; must not block
   */
  public ApiVerticle(
      TaskBus bus,
      HoldpointConfig config,
      KeyStore keys,
      Consumer<AuditRecord> audit,
      InstantSource clock,
      MeterRegistry registry) {
    this.bus = bus;
    this.config = config;
    this.keys = keys;
    this.audit = audit;
    this.clock = clock;
    this.registry = registry;
    metrics = new ApiMetrics(registry);
    HttpConfig http = config.http();
    inFlight = new InFlight(http.maxInFlight(), http.interruptReserve(), http.maxBodies());
    metrics.watch(registry, inFlight);
  }

  @Override
  public Future<?> start() {
    bodies = new BodyReader(vertx, config.http().bodyDeadline(), metrics);
    return Contract.load(vertx)
        .compose(loaded -> listen(loaded, new CommandInput(config.commands().deadline())));
  }

  private Future<?> listen(Contract loaded, CommandInput input) {
    contract = loaded;
    gate =
        new AccessGate(
            config.auth(),
            config.region(),
            keys,
            new RateLimits(config.limits(), System::nanoTime),
            new AuditLog(audit, config.region(), clock, metrics),
            new Refusals(bus, input),
            clock);
    Commands commands = new Commands(bus, metrics);
    steers = new SteerRoute(commands, input, gate, contract);
    Router contractRouter =
        ContractRouter.create(vertx, contract, handlers(input, commands), BY_HAND);
    router = Router.router(vertx);
    router.route().handler(this::admit);
    router.route().handler(contractRouter::handleContext);
    router.route().handler(this::unknown);
    router.route().failureHandler(ContractRouter::fail);
    listeners = new Listeners(vertx, config.http(), config.tls(), clock, registry, metrics);
    return listeners.open(this::receive, this::needsTls, this::refuse);
  }

  private Map<String, BiConsumer<Exchange, ValidatedRequest>> handlers(
      CommandInput input, Commands commands) {
    InstanceHandlers instances = new InstanceHandlers(bus, input, commands, config.defaultDriver());
    TaskHandlers tasks = new TaskHandlers(bus, input);
    Map<String, BiConsumer<Exchange, ValidatedRequest>> handlers = new HashMap<>();
    handlers.put("CreateLogstash", instances::create);
    handlers.put("DescribeLogstash", instances::describe);
    handlers.put("ListLogstash", instances::list);
    handlers.put("RestartLogstash", instances::restart);
    handlers.put("GetInstanceNodes", tasks::nodes);
    handlers.put("PutInstanceNodes", tasks::putNodes);
    handlers.put("GetInstanceTask", tasks::task);
    handlers.put("ListInstanceEvents", tasks::events);
    ChangeHandlers changes = new ChangeHandlers(bus, input, commands);
    handlers.put("StartInstanceChange", changes::start);
    handlers.put("RevertInstanceTask", changes::revert);
    handlers.put("AbandonInstanceTask", changes::abandon);
    handlers.put("DecideInstanceTask", changes::decide);
    handlers.put("GetStepOutput", changes::output);

    CredentialHandlers credentials = new CredentialHandlers(bus, input);
    handlers.put("PutCredential", credentials::put);
    handlers.put("ListCredentials", credentials::list);
    handlers.put("DeleteCredential", credentials::delete);
    handlers.put("ListAudit", new AuditHandlers(bus)::list);
    streams = new StreamHandlers(vertx, bus, config.stream(), metrics);
    metrics.watch(registry, streams);
    handlers.put("FollowEvents", streams::follow);
    ServiceNodeHandlers nodes = new ServiceNodeHandlers(bus, input);
    handlers.put("ListNodes", nodes::list);
    handlers.put("DrainNode", nodes::drain);
    handlers.put("UndrainNode", nodes::undrain);
    addWebhooks(handlers, new WebhookHandlers(bus, input, config.webhook()));
    handlers.put("GetContract", this::contract);
    return handlers;
  }

  private static void addWebhooks(
      Map<String, BiConsumer<Exchange, ValidatedRequest>> handlers, WebhookHandlers webhooks) {
    handlers.put("PutWebhook", webhooks::put);
    handlers.put("ListWebhooks", webhooks::list);
    handlers.put("GetWebhook", webhooks::find);
    handlers.put("DeleteWebhook", webhooks::delete);
    handlers.put("ListDeadLetters", webhooks::deadLetters);
    handlers.put("RedeliverDeadLetters", webhooks::redeliver);
    handlers.put("DropDeadLetters", webhooks::drop);
  }

  private void receive(HttpServerRequest request) {
    HeadGuard.Refusal refusal = HeadGuard.refusal(request);
    if (refusal == null) {
      router.handle(request);
    } else {
      metrics.refused();
      new Exchange(request, RequestTarget.NONE, System.nanoTime())
          .failAndLinger(refusal.status(), refusal.code(), refusal.message());
    }
  }

  private void needsTls(HttpServerRequest request) {
    metrics.refused();
    ApiError error = ApiError.NEED_SSL;
    new Exchange(request, RequestTarget.NONE, System.nanoTime())
        .failAndLinger(error.status(), error.code(), error.message(""));
  }

  private void admit(RoutingContext context) {
    HttpServerRequest request = context.request();
    long arrived = System.nanoTime();
    Exchange exchange;
    try {
      exchange = new Exchange(request, RequestTarget.parse(request.uri()), arrived);
    } catch (RequestTarget.Malformed malformed) {
      refuseTarget(request, malformed);
      return;
    }
    context.put(ContractInput.EXCHANGE, exchange);
    Operation steer = SteerRoute.operation(exchange);
    boolean interrupt = steer == Operation.INTERRUPT;
    InFlight.Place place = inFlight.enter(interrupt);
    if (place == null) {
      metrics.shed(ApiMetrics.Bound.IN_FLIGHT, interrupt);
      exchange.failEarly(ApiError.UNAVAILABLE);
      return;
    }
    exchange.occupy(place);
    HttpConfig http = config.http();
    boolean ownResource = exchange.target().rawPath().startsWith("/v1/");
    exchange.when(
        bodies.read(exchange, ownResource ? http.maxBody() : http.maxCommandBody()),
        body -> {
          if (steer != null) {
            steers.handle(exchange, steer, body.getBytes());
          } else {
            pass(context, exchange, body);
          }
        });
  }

  private void pass(RoutingContext context, Exchange exchange, Buffer body) {
    context.put(ContractInput.BODY, body);
    ApiOperation operation =
        contract.operation(exchange.request().method().name(), exchange.target().segments());
    if (operation == null) {
      context.next();
    } else {
      gate.admit(exchange, operation, body.getBytes(), context::next);
    }
  }

  private void refuseTarget(HttpServerRequest request, RequestTarget.Malformed malformed) {
    Exchange exchange = new Exchange(request, RequestTarget.NONE, System.nanoTime());
    metrics.refused();
    switch (malformed.kind()) {
      case NOT_CANONICAL -> exchange.fail(ApiError.API_NOT_FOUND);
      case DUPLICATE_PARAMETER ->
          exchange.fail(
              CommandInput.CLIENT_TOKEN.equals(malformed.parameter())
                  ? ApiError.INVALID_CLIENT_TOKEN
                  : ApiError.INVALID_TARGET);
      case BAD_ENCODING, FORBIDDEN_CHARACTER, ABSOLUTE_FORM ->
          exchange.fail(ApiError.INVALID_TARGET);
    }
  }

  private void refuse(HttpServerRequest invalid) {
    metrics.refused();
    HeadGuard.Refusal refusal = HeadGuard.describe(invalid);
    new Exchange(invalid, RequestTarget.NONE, System.nanoTime())
        .failAndClose(refusal.status(), refusal.code(), refusal.message());
  }

  private void unknown(RoutingContext context) {
    Exchange exchange = context.get(ContractInput.EXCHANGE);
    Set<String> methods = contract.methods(exchange.target().segments());
    if (methods.isEmpty()) {
      exchange.fail(ApiError.API_NOT_FOUND);
    } else {
      exchange.request().response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
      exchange.fail(ApiError.METHOD_NOT_SUPPORTED);
    }
  }

  private void contract(Exchange exchange, ValidatedRequest request) {
    exchange
        .request()
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=utf-8")
        .putHeader("x-acs-request-id", Exchange.text(exchange.requestId()))
        .end(contract.body());
  }

  /** The port that was bound; another than configured when that is 0. */
  public int port() {
    return listeners.port();
  }

  /** The same of the port over TLS; empty when there is none. */
  public OptionalInt httpsPort() {
    return listeners.httpsPort();
  }

  /** Takes no new connection and answers what is in flight, for a bounded time. */
  public Future<Void> drain(long timeout, TimeUnit unit) {
    if (listeners == null) {
      return Future.succeededFuture();
    }
    Promise<Void> ended = Promise.promise();
    context.runOnContext(end -> streams.close().onComplete(ended));
    return ended.future().eventually(() -> listeners.drain(timeout, unit));
  }
}
