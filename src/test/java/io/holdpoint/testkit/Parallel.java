package io.holdpoint.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs several parties at the same time, a thread each. */
public final class Parallel {
  private static final long PATIENCE_MINUTES = 60;

  private Parallel() {}

  /** Returns when all have ended; throws what the first of them threw. */
  public static void run(List<Runnable> parties) {
    ExecutorService threads = Executors.newFixedThreadPool(parties.size());
    try {
      List<Future<?>> running = new ArrayList<>();
      parties.forEach(party -> running.add(threads.submit(party)));
      for (Future<?> party : running) {
        party.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a party failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no end in " + PATIENCE_MINUTES + " min", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
