package io.holdpoint.arch.planted.nothing_sleeps.worker;

import io.vertx.core.Vertx;

/** Lets the event loop wake it. */
public final class Innocent {
  public void later(Vertx vertx) {
    vertx.setTimer(1, id -> vertx.cancelTimer(id));
  }
}
