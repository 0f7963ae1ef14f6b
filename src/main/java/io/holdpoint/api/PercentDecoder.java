package io.holdpoint.api;

import io.holdpoint.api.RequestTarget.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-decoding without lenience: the decoders at hand replace or pass on what they cannot read,
 * and so give two texts for one target. Here there is one text or none. The input is visible ASCII;
 * a piece with nothing to decode costs one substring.
 */
final class PercentDecoder {
  private PercentDecoder() {}

  /** Decodes a piece of a path, where {@code +} is a plus. */
  static String path(String raw, int from, int to) throws Malformed {
    return needsDecoding(raw, from, to, false)
        ? decode(raw, from, to, false)
        : raw.substring(from, to);
  }

  /** Decodes a piece of a query, where {@code +} is a space. */
  static String query(String raw, int from, int to) throws Malformed {
    return needsDecoding(raw, from, to, true)
        ? decode(raw, from, to, true)
        : raw.substring(from, to);
  }

  private static boolean needsDecoding(String raw, int from, int to, boolean plusIsSpace) {
    for (int i = from; i < to; i++) {
      char c = raw.charAt(i);
      if (c == '%' || (c == '+' && plusIsSpace)) {
        return true;
      }
    }
    return false;
  }

  private static String decode(String raw, int from, int to, boolean plusIsSpace) throws Malformed {
    byte[] bytes = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes[length++] = octet(raw, i, to);
        i += 2;
      } else {
        bytes[length++] = (byte) (c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Malformed(Malformed.Kind.BAD_ENCODING, null);
    }
  }

  private static byte octet(String raw, int percent, int to) throws Malformed {
    if (percent + 2 < to) {
      int octet = hex(raw.charAt(percent + 1)) << 4 | hex(raw.charAt(percent + 2));
      if (octet >= ' ' && octet != 0x7F) {
        return (byte) octet;
      }
    }
    throw new Malformed(Malformed.Kind.BAD_ENCODING, null);
  }

  /** The digit's value; negative, and so is every octet made with it, when it is none. */
  private static int hex(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }
}
