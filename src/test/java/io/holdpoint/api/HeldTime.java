package io.holdpoint.api;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A Vert.x whose timers stand still until a test lets time pass. */
final class HeldTime {
  private final Vertx held;
  private final Map<Long, Timer> timers = new HashMap<>();
  private long now;
  private long timersMade;

  private record Timer(long id, long due, long period, Handler<Long> handler, Context context) {}

  HeldTime(Vertx vertx) {
    held =
        (Vertx)
            Proxy.newProxyInstance(
                Vertx.class.getClassLoader(),
                new Class<?>[] {Vertx.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "setTimer" -> add(arguments, false);
                      case "setPeriodic" -> add(arguments, true);
                      case "cancelTimer" -> cancel((Long) arguments[0]);
                      default -> {
                        try {
                          yield method.invoke(vertx, arguments);
                        } catch (InvocationTargetException e) {
                          throw e.getCause();
                        }
                      }
                    });
  }

  Vertx vertx() {
    return held;
  }

  /** Timers that were set and neither ran nor were cancelled. */
  synchronized int waiting() {
    return timers.size();
  }

  /** Runs what is due until then, each in its own context and in its order. */
  void pass(long millis) {
    long until = now + millis;
    Optional<Timer> next = take(until);
    while (next.isPresent()) {
      Timer timer = next.get();
      CompletableFuture<Void> ran = new CompletableFuture<>();
      timer
          .context()
          .runOnContext(
              due -> {
                timer.handler().handle(timer.id());
                ran.complete(null);
              });
      ran.join();
      next = take(until);
    }
  }

  private synchronized Optional<Timer> take(long until) {
    Optional<Timer> next =
        timers.values().stream()
            .filter(timer -> timer.due() <= until)
            .min(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::id));
    now = next.map(Timer::due).orElse(until);
    next.ifPresent(
        timer -> {
          timers.remove(timer.id());
          if (timer.period() > 0) {
            put(timer.id(), timer.period(), timer.period(), timer.handler(), timer.context());
          }
        });
    return next;
  }

  @SuppressWarnings("unchecked")
  private synchronized Long add(Object[] arguments, boolean periodic) {
    long delay = (Long) arguments[0];
    long id = timersMade++;
    put(id, delay, periodic ? delay : 0, (Handler<Long>) arguments[1], Vertx.currentContext());
    return id;
  }

  private void put(long id, long delay, long period, Handler<Long> handler, Context context) {
    timers.put(id, new Timer(id, now + delay, period, handler, context));
  }

  private synchronized Boolean cancel(long id) {
    return timers.remove(id) != null;
  }
}
