package io.holdpoint.api;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The guard of one HTTP/2 connection: judges each request head between the decoder and the server,
 * where everything that was sent is still to be seen, and closes the connection when a frame, or a
 * head in several frames, does not end in time, or a reply is not taken in time. What breaks HTTP/2
 * itself the decoder has ended already; what has two readings goes on as an empty request with its
 * refusal beside it, so that it is answered like any other.
 *
 * <p>After it, {@code Host} and {@code :authority} are both there and the same text.
 */
final class Http2Guard extends Http2FrameListenerDecorator {
  private static final AttributeKey<Http2Guard> KEY = AttributeKey.valueOf("holdpoint.http2Guard");
  private static final StreamHead GONE = new StreamHead(null, true);
  private static final String NOBODY = "localhost";

  private final Http2Connection connection;
  private final Http2RemoteFlowController replies;
  private final Http2Connection.PropertyKey heads;
  private final Http2Connection.PropertyKey unread;
  private final HeadRules rules = new HeadRules();
  private final int longestTarget;
  private boolean frameEnded;

  /**
   * What the guard found of one stream's head.
   *
   * @param whole whether the message ended with it
   */
  private record StreamHead(HeadGuard.@Nullable Refusal refusal, boolean whole) {}

  private Http2Guard(Http2ConnectionHandler handler, int longestTarget) {
    super(handler.decoder().frameListener());
    connection = handler.connection();
    replies = handler.encoder().flowController();
    heads = connection.newKey();
    unread = connection.newKey();
    this.longestTarget = longestTarget;
  }

  /**
   * @param limit for a frame, or a head in several, to end, and between two looks at which no reply
   *     may still wait for the client to make room for it
   */
  static void install(
      Http2ConnectionHandler handler,
      ChannelHandlerContext context,
      int longestTarget,
      Duration limit,
      Runnable slow) {
    Http2Guard guard = new Http2Guard(handler, longestTarget);
    handler.decoder().frameListener(guard);
    context.channel().attr(KEY).set(guard);
    context
        .pipeline()
        .addBefore(
            context.name(), "frameDeadline", guard.new Clock(context.channel(), limit, slow));
  }

  /** Why a request must not be served; null when it may. */
  static HeadGuard.@Nullable Refusal refusal(Channel channel, int streamId) {
    return head(channel, streamId).refusal();
  }

  /** Whether more than the head is to come. */
  static boolean expectsBody(Channel channel, int streamId) {
    return !head(channel, streamId).whole();
  }

  private static StreamHead head(Channel channel, int streamId) {
    Http2Guard guard = channel.attr(KEY).get();
    Http2Stream stream = guard.connection.stream(streamId);
    StreamHead head = stream == null ? null : stream.getProperty(guard.heads);
    return head == null ? GONE : head;
  }

  private void judge(int streamId, Http2Headers headers, boolean whole) {
    frameEnded = true;
    Http2Stream stream = connection.stream(streamId);
    if (stream == null || stream.getProperty(heads) != null) {
      return;
    }
    HeadGuard.Refusal refusal = refusal(headers);
    if (refusal != null) {
      headers.clear().method("GET").scheme("https").authority(NOBODY).path("/");
      headers.set("host", NOBODY);
    } else if (headers.authority() == null) {
      headers.authority(headers.get("host"));
    } else if (!headers.contains("host")) {
      headers.set("host", headers.authority());
    }
    stream.setProperty(heads, new StreamHead(refusal, whole));
  }

  private HeadGuard.@Nullable Refusal refusal(Http2Headers headers) {
    HeadRefused.Reason reason = rules.broken(headers);
    if (reason != null) {
      return HeadGuard.Refusal.of(reason);
    }
    return headers.path().length() > longestTarget
        ? HeadGuard.Refusal.of(ApiError.REQUEST_LINE_TOO_LONG)
        : null;
  }

  /** Whether a reply that waited at the last look still waits for its client to take it. */
  private boolean unreadAgain() throws Http2Exception {
    return connection.forEachActiveStream(
            stream -> {
              boolean waits = stream.isHeadersSent() && !replies.isWritable(stream);
              boolean waited = stream.removeProperty(unread) != null;
              if (waits) {
                stream.setProperty(unread, true);
              }
              return !(waits && waited);
            })
        != null;
  }

  /** Counts the time from the first bytes that end no frame, and looks after replies. */
  private final class Clock extends ChannelInboundHandlerAdapter {
    private final HeadDeadline frame;
    private final Future<?> looks;
    private final Runnable slow;

    Clock(Channel channel, Duration limit, Runnable slow) {
      frame = new HeadDeadline(channel, limit, slow);
      this.slow = slow;
      looks =
          channel
              .eventLoop()
              .scheduleWithFixedDelay(
                  () -> look(channel), limit.toMillis(), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(Channel channel) {
      try {
        if (!unreadAgain()) {
          return;
        }
      } catch (Http2Exception broken) {
        // The connection is about to end by itself; this only makes sure.
      }
      slow.run();
      var unused = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      frameEnded = false;
      context.fireChannelRead(message);
      if (frameEnded) {
        frame.stop();
      } else {
        frame.start();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      frame.stop();
      looks.cancel(false);
      context.fireChannelInactive();
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
      throws Http2Exception {
    judge(id, headers, end);
    super.onHeadersRead(context, id, headers, padding, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    judge(id, headers, end);
    super.onHeadersRead(context, id, headers, dependency, weight, exclusive, padding, end);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    frameEnded = true;
    return super.onDataRead(context, id, data, padding, end);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int id, long error)
      throws Http2Exception {
    frameEnded = true;
    super.onRstStreamRead(context, id, error);
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
    frameEnded = true;
    super.onSettingsAckRead(context);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    frameEnded = true;
    super.onSettingsRead(context, settings);
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    frameEnded = true;
    super.onPingRead(context, data);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
    frameEnded = true;
    super.onPingAckRead(context, data);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context, int id, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    frameEnded = true;
    super.onPriorityRead(context, id, dependency, weight, exclusive);
  }

  @Override
  public void onGoAwayRead(ChannelHandlerContext context, int last, long error, ByteBuf debug)
      throws Http2Exception {
    frameEnded = true;
    super.onGoAwayRead(context, last, error, debug);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext context, int id, int increment)
      throws Http2Exception {
    frameEnded = true;
    super.onWindowUpdateRead(context, id, increment);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext context, byte type, int id, Http2Flags flags, ByteBuf payload)
      throws Http2Exception {
    frameEnded = true;
    super.onUnknownFrame(context, type, id, flags, payload);
  }
}
