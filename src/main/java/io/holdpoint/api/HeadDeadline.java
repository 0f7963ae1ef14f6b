package io.holdpoint.api;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that takes too long over what must come in one go. A timer runs only while
 * something has begun and not ended, which a request that arrives in one piece never has. For the
 * connection's event loop.
 */
final class HeadDeadline {
  private final Channel channel;
  private final long nanos;
  private final Runnable slow;
  private @Nullable Future<?> timer;

  /**
   * @param slow told once, before the connection is closed
   */
  HeadDeadline(Channel channel, Duration limit, Runnable slow) {
    this.channel = channel;
    nanos = limit.toNanos();
    this.slow = slow;
  }

  /** Begins to count, unless it does already. */
  void start() {
    if (timer == null && channel.isActive()) {
      timer = channel.eventLoop().schedule(this::passed, nanos, TimeUnit.NANOSECONDS);
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void passed() {
    timer = null;
    if (!channel.isActive()) {
      return;
    }
    if (!channel.config().isAutoRead()) {
      // The bytes may be there: it is we who do not read while an earlier request is answered.
      start();
      return;
    }
    slow.run();
    var unused = channel.close();
  }
}
