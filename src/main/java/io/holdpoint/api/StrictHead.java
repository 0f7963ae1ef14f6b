package io.holdpoint.api;

import io.holdpoint.api.HeadRefused.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands right after the decoder: judges each head, and tells {@link HeadGate} where the decoder
 * is. A refused head goes on as an invalid request, in order, and is the last thing this connection
 * ever delivers.
 */
final class StrictHead extends ChannelInboundHandlerAdapter {
  private final HeadRules rules = new HeadRules();
  private @Nullable ChannelHandlerContext context;
  private boolean scanned;
  private boolean refused;
  private boolean open;
  private boolean chunked;
  private long contentLength;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** The bytes of one head, to their end, were found good and are about to be decoded. */
  void headScanned() {
    scanned = true;
  }

  /** Whether that head has not come out of the decoder yet. */
  boolean awaitsHead() {
    return scanned;
  }

  /** Nothing more will be delivered. */
  boolean isRefused() {
    return refused;
  }

  /** A head was delivered, and the end of its message was not yet. */
  boolean isOpen() {
    return open;
  }

  /** Whether the open message's body comes in chunks. */
  boolean isChunked() {
    return chunked;
  }

  /** The length of the open message's body when it does not come in chunks. */
  long contentLength() {
    return contentLength;
  }

  /** Refuses what the decoder has not made a request of yet. */
  void refuse(Reason reason) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || refused) {
      return;
    }
    refused = true;
    if (open) {
      ctx.fireExceptionCaught(new HeadRefused(reason));
      return;
    }
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    request.setDecoderResult(DecoderResult.failure(new HeadRefused(reason)));
    ctx.fireChannelRead(lastOfConnection(request));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    boolean cutShort =
        message instanceof HttpRequest cut && failed(cut) && !ctx.channel().isActive();
    if (refused || cutShort) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      head(request);
    } else if (message instanceof LastHttpContent) {
      open = false;
      refused = failed((HttpObject) message);
    }
    ctx.fireChannelRead(message);
  }

  private void head(HttpRequest request) {
    if (!failed(request)) {
      Reason broken = scanned && !open ? rules.broken(request) : Reason.OUT_OF_STEP;
      if (broken != null) {
        request.setDecoderResult(DecoderResult.failure(new HeadRefused(broken)));
      }
    }
    scanned = false;
    if (failed(request)) {
      refused = true;
      lastOfConnection(request);
    } else {
      open = true;
      chunked = request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
      contentLength = chunked ? 0 : HttpUtil.getContentLength(request, 0L);
    }
  }

  private static boolean failed(HttpObject message) {
    return !message.decoderResult().isSuccess();
  }

  /** No interim reply, a plain HTTP/1.1 refusal, and the connection ends with it. */
  private static HttpRequest lastOfConnection(HttpRequest request) {
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    request.headers().remove(HttpHeaderNames.EXPECT);
    request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return request;
  }
}
