package io.holdpoint.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind one listening socket and counts connections from the moment they are accepted, long
 * before the web server hears of one: during a TLS handshake, and over HTTP/2 until the client's
 * first settings, there is nothing else that would. One connection too many is closed at once; one
 * that is not being served within a deadline is closed too.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<HeadDeadline> ARRIVAL =
      AttributeKey.valueOf("holdpoint.arrival");

  private final int most;
  private final @Nullable Duration deadline;
  private final ApiMetrics metrics;
  private final Consumer<Channel> bound;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param most connections that may be open
   * @param deadline until {@link #served}; null when a connection is served once it is accepted
   * @param bound is told the listening socket once it is bound
   */
  AcceptGate(int most, @Nullable Duration deadline, ApiMetrics metrics, Consumer<Channel> bound) {
    this.most = most;
    this.deadline = deadline;
    this.metrics = metrics;
    this.bound = bound;
  }

  /** The web server has the connection now; what takes time from here is others' business. */
  static void served(Channel connection) {
    HeadDeadline arrival = connection.attr(ARRIVAL).getAndSet(null);
    if (arrival != null) {
      arrival.stop();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    bound.accept(context.channel());
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (!(accepted instanceof Channel connection)) {
      context.fireChannelRead(accepted);
      return;
    }
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      metrics.connectionRefused();
      connection.unsafe().closeForcibly();
      return;
    }
    connection.pipeline().addLast(new Counted());
    context.fireChannelRead(accepted);
  }

  /** Rides on one connection; its callbacks come on that connection's event loop. */
  private final class Counted extends ChannelInboundHandlerAdapter {
    private boolean gone;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      if (deadline != null) {
        HeadDeadline arrival =
            new HeadDeadline(context.channel(), deadline, metrics::connectionSlow);
        context.channel().attr(ARRIVAL).set(arrival);
        arrival.start();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      leave(context);
      context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      leave(context);
    }

    private void leave(ChannelHandlerContext context) {
      if (!gone) {
        gone = true;
        open.decrementAndGet();
        served(context.channel());
      }
    }
  }
}
