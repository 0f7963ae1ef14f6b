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
  private static final String CLOSED = "the driver is closed";

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
    Task<T> task = new Task<>(work, new CompletableFuture<>());
    try {
      threads.execute(task);
    } catch (RejectedExecutionException full) {
      task.refuse(threads.isShutdown() ? CLOSED : "too much waits for the driver");
    }
    return task.result();
  }

  /** What waits fails; what runs is interrupted. */
  @Override
  public void close() {
    for (Runnable waiting : threads.shutdownNow()) {
      if (waiting instanceof Task<?> task) {
        task.refuse(CLOSED);
      }
    }
  }

  /** One piece of work and where its end is told. */
  private record Task<T>(Callable<T> work, CompletableFuture<T> result) implements Runnable {
    @Override
    public void run() {
      try {
        result.complete(work.call());
      } catch (Exception | LinkageError failure) {
        result.completeExceptionally(failure);
      }
    }

    void refuse(String why) {
      result.completeExceptionally(new NodeException(NodeException.Kind.UNREACHABLE, why));
    }
  }
}
