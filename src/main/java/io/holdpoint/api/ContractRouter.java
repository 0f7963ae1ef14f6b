package io.holdpoint.api;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ValidatedRequest;
import io.vertx.openapi.validation.ValidatorException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The routes of the contract, each with its validation and its handler. An operation without a
 * handler, or a handler without an operation, ends the start.
 */
final class ContractRouter {
  private ContractRouter() {}

  /**
   * @param handlers by operation id, for all operations but those that are served by hand
   * @param byHand operation ids that never reach this router
   */
  static Router create(
      Vertx vertx,
      Contract contract,
      Map<String, BiConsumer<Exchange, ValidatedRequest>> handlers,
      Set<String> byHand) {
    requireSame(contract, handlers.keySet(), byHand);
    RouterBuilder builder = RouterBuilder.create(vertx, contract.parsed(), new ContractInput());
    for (OpenAPIRoute route : builder.getRoutes()) {
      String id = route.getOperation().getOperationId();
      if (byHand.contains(id)) {
        route.addHandler(RoutingContext::next);
        continue;
      }
      route.addHandler(context -> handle(context, route.getOperation(), handlers.get(id)));
    }
    return builder.createRouter();
  }

  static void requireSame(Contract contract, Set<String> handled, Set<String> byHand) {
    Set<String> operations = new TreeSet<>();
    contract.parsed().operations().forEach(op -> operations.add(op.getOperationId()));
    Set<String> served = new TreeSet<>(handled);
    served.addAll(byHand);
    if (!operations.equals(served)) {
      throw new IllegalStateException(
          "the contract has the operations " + operations + ", served are " + served);
    }
  }

  private static void handle(
      RoutingContext context, Operation operation, BiConsumer<Exchange, ValidatedRequest> handler) {
    Exchange exchange = context.get(ContractInput.EXCHANGE);
    try {
      if (Contract.changing(operation)) {
        CommandInput.refuseUnknown(exchange.target(), Contract.queryNames(operation));
      }
      handler.accept(exchange, context.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST));
    } catch (RuntimeException failure) {
      Failures.answer(exchange, failure);
    }
  }

  /**
   * The failure handler of the router that these routes hang in: a failure within them goes there,
   * past any handler of their own.
   */
  static void fail(RoutingContext context) {
    Exchange exchange = context.get(ContractInput.EXCHANGE);
    Throwable failure = context.failure();
    if (failure instanceof HttpException http && http.getCause() != null) {
      failure = http.getCause();
    }
    if (failure == null) {
      failure = new IllegalStateException("no reason given");
    }
    Failures.answer(
        exchange,
        failure instanceof ValidatorException violation ? ContractFault.of(violation) : failure);
  }
}
