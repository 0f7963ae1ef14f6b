package io.holdpoint.api;

import io.holdpoint.api.HeadRefused.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Scans the raw bytes of message heads for what the decoder would silently repair: folded header
 * lines, loose spacing in the request line, bytes before it. Finds the end of each head; keeps no
 * bytes, so a head may come in any number of pieces. One instance serves one connection.
 */
final class HeadBytes {
  private static final byte SP = ' ';
  private static final byte HT = '\t';
  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final ByteProcessor VISIBLE = HeadBytes::visible;

  private enum Phase {
    START,
    BLANK_LINE_LF,
    REQUEST_LINE,
    REQUEST_LINE_LF,
    LINE_START,
    LINE,
    END_LF
  }

  private Phase phase = Phase.START;
  private @Nullable Reason refused;
  private boolean blankLineSeen;
  private int spaces;
  private int wordBytes;
  private boolean lastWasCr;

  /** What is wrong with the head, as soon as it shows; null so far. */
  @Nullable Reason refused() {
    return refused;
  }

  /** Whether bytes of a head were seen whose end was not. */
  boolean begun() {
    return phase != Phase.START || blankLineSeen;
  }

  /**
   * Scans the readable bytes without consuming them.
   *
   * @return the index after the head's last byte, or -1 when the head goes on or is refused
   */
  int scan(ByteBuf in) {
    int at = in.readerIndex();
    int to = in.writerIndex();
    while (at < to && refused == null) {
      switch (phase) {
        case REQUEST_LINE -> at = requestLine(in, at, to);
        case LINE -> at = line(in, at, to);
        case END_LF -> {
          if (expect(in.getByte(at), LF, Phase.START, Reason.LINE_END)) {
            blankLineSeen = false;
            return at + 1;
          }
        }
        default -> at += step(in.getByte(at));
      }
    }
    return -1;
  }

  /** Takes one byte where single bytes matter; returns how many were consumed. */
  private int step(byte b) {
    switch (phase) {
      case START -> {
        return start(b);
      }
      case BLANK_LINE_LF -> {
        blankLineSeen = true;
        expect(b, LF, Phase.START, Reason.LEADING_BYTES);
      }
      case REQUEST_LINE_LF -> expect(b, LF, Phase.LINE_START, Reason.LINE_END);
      default -> {
        return lineStart(b);
      }
    }
    return 1;
  }

  /** RFC 9112, 2.2 asks to tolerate one empty line before a request; nothing else may be there. */
  private int start(byte b) {
    if (visible(b)) {
      phase = Phase.REQUEST_LINE;
      spaces = 0;
      wordBytes = 0;
      return 0;
    }
    if (b == CR && !blankLineSeen) {
      phase = Phase.BLANK_LINE_LF;
    } else {
      refused = Reason.LEADING_BYTES;
    }
    return 1;
  }

  private int requestLine(ByteBuf in, int from, int to) {
    int at = in.forEachByte(from, to - from, VISIBLE);
    if (at < 0) {
      wordBytes += to - from;
      return to;
    }
    wordBytes += at - from;
    byte b = in.getByte(at);
    if (wordBytes > 0 && b == SP && spaces < 2) {
      spaces++;
      wordBytes = 0;
    } else if (wordBytes > 0 && b == CR && spaces == 2) {
      phase = Phase.REQUEST_LINE_LF;
    } else {
      refused = Reason.REQUEST_LINE;
    }
    return at + 1;
  }

  private int lineStart(byte b) {
    if (b == CR) {
      phase = Phase.END_LF;
      return 1;
    }
    if (b == SP || b == HT) {
      refused = Reason.FOLDED_HEADER;
    }
    phase = Phase.LINE;
    lastWasCr = false;
    return 0;
  }

  private int line(ByteBuf in, int from, int to) {
    int lf = in.indexOf(from, to, LF);
    if (lf < 0) {
      lastWasCr = in.getByte(to - 1) == CR;
      return to;
    }
    boolean afterCr = lf > from ? in.getByte(lf - 1) == CR : lastWasCr;
    if (!afterCr) {
      refused = Reason.LINE_END;
    }
    phase = Phase.LINE_START;
    return lf + 1;
  }

  private boolean expect(byte b, byte wanted, Phase next, Reason otherwise) {
    if (b != wanted) {
      refused = otherwise;
      return false;
    }
    phase = next;
    return true;
  }

  private static boolean visible(byte b) {
    return b > SP && b < 0x7F;
  }
}
