package io.holdpoint.driver;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which a driver may block; bounded, and so is what waits for them. */
final class BlockingWork implements AutoCloseable {
  private static final int WAITING = 10_000;
  private static final long IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;

  BlockingWork(String name, int size) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Fails the stage, and never throws, when too much waits or the driver is closed. */
  <T> CompletableFuture<T> call(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      threads.execute(
          () -> {
            try {
              result.complete(work.call());
            } catch (Exception | LinkageError failure) {
              result.completeExceptionally(failure);
            }
          });
    } catch (RejectedExecutionException full) {
      result.completeExceptionally(
          new NodeException(
              NodeException.Kind.UNREACHABLE,
              threads.isShutdown() ? "the driver is closed" : "too much waits for the driver"));
    }
    return result;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
