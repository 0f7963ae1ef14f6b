package io.holdpoint.driver;

import io.holdpoint.task.Node;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections to hosts, one for each node: kept while it is used, opened again when it broke,
 * closed when nobody used it for {@value #IDLE_SECONDS} s or another needs the room.
 */
final class SshLinks implements AutoCloseable {
  static final long IDLE_SECONDS = 300;
  private static final long CALL_SECONDS = 30;
  private static final long SWEEP_SECONDS = 30;
  private static final int THREADS = 16;

  private final int most;
  private final NodeCredentials credentials;
  private final LongSupplier nanoTime;
  private final SshDoor door = new SshDoor();
  private final BlockingWork work = new BlockingWork("ssh-driver", THREADS);
  private final ScheduledExecutorService sweeper;
  private final Map<Key, Held> held = new LinkedHashMap<>(16, 0.75f, true);

  /** Whatever makes a connection another one. */
  private record Key(
      String accountId,
      String instanceId,
      String nodeId,
      SshSettings settings,
      @Nullable String credential) {}

  /** One connection, or the attempt to open it; guarded by the map. */
  private static final class Held {
    private final CompletableFuture<SshLink> link =
        new CompletableFuture<SshLink>().orTimeout(CALL_SECONDS, TimeUnit.SECONDS);
    private int users;
    private long lastUsed;

    boolean usable() {
      return !link.isDone() || !link.isCompletedExceptionally() && link.getNow(null).open();
    }

    void close() {
      link.thenAccept(SshLink::close).exceptionally(neverOpened -> null);
    }
  }

  /** Something asked of a host; blocking. */
  interface Act<T> {
    T on(SshLink link, SshSettings settings) throws IOException;
  }

  /**
   * @param most connections at the same time
   */
  SshLinks(NodeCredentials credentials, LongSupplier nanoTime, int most) {
    this.credentials = credentials;
    this.nanoTime = nanoTime;
    this.most = most;
    sweeper =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "ssh-driver-sweep");
              thread.setDaemon(true);
              return thread;
            });
    @SuppressWarnings("unused") // Ends with the executor.
    var sweeping =
        sweeper.scheduleWithFixedDelay(
            this::closeIdle, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  /** Does it over the node's connection; a call that takes too long breaks that connection. */
  <T> CompletionStage<T> with(Node node, Act<T> act) {
    return Failures.named(
        node,
        work.call(() -> SshSettings.of(node))
            .thenCompose(
                settings -> {
                  Held mine = acquire(node, settings);
                  return mine.link
                      .thenCompose(
                          link ->
                              work.call(() -> act.on(link, settings))
                                  .orTimeout(CALL_SECONDS, TimeUnit.SECONDS))
                      .whenComplete((result, failure) -> release(mine, failure));
                }));
  }

  private Held acquire(Node node, SshSettings settings) {
    Key key =
        new Key(node.accountId(), node.instanceId(), node.nodeId(), settings, node.credential());
    synchronized (held) {
      Held present = held.get(key);
      if (present != null && present.usable()) {
        present.users++;
        return present;
      }
      if (present != null) {
        held.remove(key);
        present.close();
      }
      makeRoom(node);
      Held fresh = new Held();
      fresh.users = 1;
      held.put(key, fresh);
      open(node, settings, fresh.link);
      return fresh;
    }
  }

  private void open(Node node, SshSettings settings, CompletableFuture<SshLink> link) {
    CompletableFuture.completedStage(node)
        .thenCompose(credentials::of)
        .thenCompose(credential -> work.call(() -> door.ready(node, settings, credential)))
        .thenCompose(SshDoor.Ready::open)
        .whenComplete(
            (session, failure) -> {
              if (failure == null) {
                SshLink opened = new SshLink(session);
                if (!link.complete(opened)) {
                  opened.close();
                }
              } else {
                link.completeExceptionally(failure);
              }
            });
  }

  private void release(Held used, @Nullable Throwable failure) {
    synchronized (held) {
      used.users--;
      used.lastUsed = nanoTime.getAsLong();
    }
    if (failure instanceof TimeoutException
        || failure != null && failure.getCause() instanceof TimeoutException) {
      used.close();
    }
  }

  private void makeRoom(Node node) {
    Iterator<Held> oldestFirst = held.values().iterator();
    while (held.size() >= most && oldestFirst.hasNext()) {
      Held candidate = oldestFirst.next();
      if (candidate.users == 0) {
        oldestFirst.remove();
        candidate.close();
      }
    }
    if (held.size() >= most) {
      throw Failures.unreachable(node, "must wait: " + most + " SSH connections are in use");
    }
  }

  void closeIdle() {
    long now = nanoTime.getAsLong();
    synchronized (held) {
      held.values()
          .removeIf(
              candidate -> {
                boolean idle =
                    candidate.users == 0
                        && (!candidate.usable()
                            || now - candidate.lastUsed >= TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
                if (idle) {
                  candidate.close();
                }
                return idle;
              });
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    work.close();
    door.close();
  }
}
