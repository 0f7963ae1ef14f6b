package io.holdpoint.testkit;

import io.holdpoint.task.InterruptMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that interrupt and resume at random, each time with a token of its own, and do as clients
 * are told: no definite answer, same token again. Nobody may get a wrong answer meanwhile: anything
 * but a definite one, a 503 or a broken connection ends the storm with a failure.
 */
public final class TokenStorm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ApiClient api;
  private final List<String> instances;
  private final String name;
  private final ExecutorService threads;
  private final List<Future<Void>> clients = new ArrayList<>();
  private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicLong slowestNanos = new AtomicLong();
  private volatile boolean stopping;

  /** What one token was used for. */
  public record Asked(String instance, String action, String token, InterruptMode mode) {
    ApiClient.Reply send(ApiClient api) {
      return api.post(
          Operator.steer(instance, action, token), "x-holdpoint-interrupt-mode", mode.text());
    }
  }

  /** The definite answer of a token. */
  public record Answered(Asked asked, boolean result) {}

  /** Starts at once. */
  public TokenStorm(ApiClient api, List<String> instances, int clients, long seed) {
    this.api = api;
    this.instances = List.copyOf(instances);
    name = "storm-" + Long.toHexString(seed);
    threads = Executors.newFixedThreadPool(clients);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < clients; i++) {
      int number = i;
      SplittableRandom own = random.split();
      this.clients.add(threads.submit(() -> client(number, own)));
    }
  }

  private @Nullable Void client(int number, SplittableRandom random) {
    for (int i = 0; !stopping; i++) {
      Asked asked =
          new Asked(
              instances.get(random.nextInt(instances.size())),
              random.nextBoolean() ? "interrupt" : "resume",
              name + "-" + number + "-" + i,
              InterruptMode.values()[random.nextInt(3)]);
      answers.add(new Answered(asked, untilDefinite(asked)));
      answered.incrementAndGet();
    }
    return null;
  }

  private boolean untilDefinite(Asked asked) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      ApiClient.Reply reply = sent(asked);
      if (reply != null && reply.status() == 200) {
        return Boolean.TRUE.equals(reply.result());
      }
      if (reply != null
          && reply.status() != 503
          && !reply.code().equals("TokenPreviousRequestProcessError")) {
        throw new AssertionError(asked + " was answered " + reply.status() + " " + reply.body());
      }
      retries.incrementAndGet();
      LockSupport.parkNanos(RETRY_NANOS);
    }
    throw new AssertionError(asked + " had no definite answer in " + PATIENCE.toSeconds() + " s");
  }

  private ApiClient.@Nullable Reply sent(Asked asked) {
    long sent = System.nanoTime();
    try {
      ApiClient.Reply reply = asked.send(api);
      slowestNanos.accumulateAndGet(System.nanoTime() - sent, Math::max);
      return reply;
    } catch (IllegalStateException broken) {
      return null;
    }
  }

  /** How many tokens have their definite answer. */
  public int answered() {
    return answered.get();
  }

  /** How many requests had to be sent again. */
  public int retries() {
    return retries.get();
  }

  /** How long the slowest reply took, whatever it said. */
  public Duration slowest() {
    return Duration.ofNanos(slowestNanos.get());
  }

  /** Waits until so many more tokens have their answer. */
  public void awaitAnswers(int more) {
    int wanted = answered() + more;
    Await.until(
        PATIENCE,
        wanted + " answers",
        () -> answered() >= wanted || clients.stream().anyMatch(Future::isDone));
  }

  /** No new tokens; all answers, once the last unanswered token has its own. */
  public Collection<Answered> stop() {
    stopping = true;
    clients.forEach(TokenStorm::join);
    return answers;
  }

  /** Every token once more: what it was answered before it must be answered again. */
  public List<String> contradictions() {
    List<Future<@Nullable String>> checks = new ArrayList<>();
    for (Answered earlier : answers) {
      Callable<@Nullable String> check =
          () -> {
            boolean again = untilDefinite(earlier.asked());
            return again == earlier.result() ? null : earlier + " is now " + again;
          };
      checks.add(threads.submit(check));
    }
    List<String> contradictions = new ArrayList<>();
    for (Future<@Nullable String> check : checks) {
      String found = join(check);
      if (found != null) {
        contradictions.add(found);
      }
    }
    return contradictions;
  }

  private static <T> @Nullable T join(Future<T> future) {
    try {
      return future.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdownNow();
  }
}
