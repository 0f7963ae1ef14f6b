package io.holdpoint.api;

import io.holdpoint.api.HeadRefused.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands right before the decoder and hands it at most one message at a time, so that every head of
 * a pipelined connection is scanned before it is decoded. It does not read framing itself: where a
 * message ends it learns from {@link StrictHead}, that is, from the decoder. Bytes are passed on as
 * they come, as slices, never copied; a buffer with nothing beyond one message passes untouched.
 * The time of a head counts from its first byte, of the connection's first one from the beginning.
 */
final class HeadGate extends ChannelInboundHandlerAdapter {
  private enum Phase {
    HEAD,
    COUNTED_BODY,
    CHUNKED_BODY
  }

  private final HeadBytes head = new HeadBytes();
  private final StrictHead decoded;
  private final HeadDeadline deadline;
  private Phase phase = Phase.HEAD;
  private boolean headEnds;
  private boolean headEnded;
  private long remaining;
  private long lineBytes;
  private boolean afterEmptyLine;

  HeadGate(StrictHead decoded, HeadDeadline deadline) {
    this.decoded = decoded;
    this.deadline = deadline;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline.start();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    deadline.stop();
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    boolean passedOn = false;
    boolean underWay = head.begun();
    headEnded = false;
    try {
      while (!passedOn && in.isReadable() && !decoded.isRefused()) {
        int end = nextEnd(in);
        if (decoded.isRefused()) {
          return;
        }
        int length = end - in.readerIndex();
        passedOn = end == in.writerIndex();
        ctx.fireChannelRead(passedOn ? in : in.readRetainedSlice(length));
        advance(length);
      }
    } finally {
      if (!passedOn) {
        in.release();
      }
      time(underWay && !headEnded);
    }
  }

  /**
   * @param sameHead whether the head that is open now was so before this read
   */
  private void time(boolean sameHead) {
    if (!sameHead) {
      deadline.stop();
    }
    if (head.begun()) {
      deadline.start();
    }
  }

  /** The index up to which the decoder may read without touching a later message. */
  private int nextEnd(ByteBuf in) {
    return switch (phase) {
      case HEAD -> headEnd(in);
      case COUNTED_BODY -> in.readerIndex() + (int) Math.min(remaining, in.readableBytes());
      case CHUNKED_BODY -> emptyLineEnd(in);
    };
  }

  private int headEnd(ByteBuf in) {
    int end = head.scan(in);
    Reason reason = head.refused();
    if (reason != null) {
      decoded.refuse(reason);
    }
    headEnds = end >= 0;
    if (headEnds) {
      headEnded = true;
      decoded.headScanned();
    }
    return headEnds ? end : in.writerIndex();
  }

  /**
   * A chunked message ends with an empty line after one that is not empty, though such a line may
   * also be content. The more precise, the fewer pieces a hostile body falls into.
   */
  private int emptyLineEnd(ByteBuf in) {
    int to = in.writerIndex();
    int lineStart = in.readerIndex();
    while (lineStart < to) {
      int lf = in.indexOf(lineStart, to, (byte) '\n');
      if (lf < 0) {
        lineBytes += to - lineStart;
        return to;
      }
      boolean empty = lineBytes + (lf - lineStart) <= 1;
      boolean mayBeTheEnd = empty && !afterEmptyLine;
      afterEmptyLine = empty;
      lineBytes = 0;
      lineStart = lf + 1;
      if (mayBeTheEnd) {
        return lineStart;
      }
    }
    return to;
  }

  private void advance(int length) {
    boolean inStep =
        switch (phase) {
          case HEAD -> afterHead();
          case COUNTED_BODY -> {
            remaining -= length;
            yield (remaining > 0) == decoded.isOpen();
          }
          case CHUNKED_BODY -> true;
        };
    if (!inStep) {
      decoded.refuse(Reason.OUT_OF_STEP);
    }
    if (!decoded.isOpen()) {
      phase = Phase.HEAD;
    }
  }

  private boolean afterHead() {
    if (!decoded.isOpen()) {
      return !decoded.awaitsHead();
    }
    phase = decoded.isChunked() ? Phase.CHUNKED_BODY : Phase.COUNTED_BODY;
    remaining = decoded.contentLength();
    return headEnds && (decoded.isChunked() || remaining > 0);
  }
}
