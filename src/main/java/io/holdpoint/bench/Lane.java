package io.holdpoint.bench;

import io.vertx.core.Future;

/** One connection with at most one request in flight. */
interface Lane {
  /**
   * Sends the request at {@code index}.
   *
   * @return what was answered: {@code true} or {@code false} for a result, else an error code;
   *     fails when the connection is of no more use
   */
  Future<String> send(int index);

  Future<Void> close();
}
