package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.quoted;

/**
 * The addresses that share a prefix, the first and the last one included. A network of IPv6
 * addresses holds no IPv4 address, however short its prefix.
 *
 * @param bits the length of the prefix of the IPv6 form, 0 to 128
 */
record IpNetwork(IpAddress base, int bits) {
  private static final int V6_BITS = 128;
  private static final int V4_BITS = 32;
  private static final int MAPPED_BITS = V6_BITS - V4_BITS;
  private static final String ALLOWED =
      IpAddress.ALLOWED + ", or a network, such as 192.0.2.0/24 or 2001:db8::/32";

  /**
   * @throws IllegalArgumentException when it is neither an address nor a network; a network's base
   *     has no bits behind its prefix, because it is not clear what such a one would mean
   */
  static IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    IpAddress base = address(literal, text);
    int width = literal.indexOf(':') < 0 ? V4_BITS : V6_BITS;
    int bits = V6_BITS;
    if (slash >= 0) {
      String length = text.substring(slash + 1);
      if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > width) {
        throw new IllegalArgumentException(
            quoted(text) + " has a prefix of no such length; allowed: 0 to " + width);
      }
      bits = V6_BITS - width + Integer.parseInt(length);
    }
    IpNetwork network = new IpNetwork(base, bits);
    if ((base.high() & ~network.highMask()) != 0 || (base.low() & ~network.lowMask()) != 0) {
      throw new IllegalArgumentException(
          quoted(text) + " has bits behind its prefix; allowed: " + ALLOWED);
    }
    return network;
  }

  private static IpAddress address(String literal, String text) {
    if (literal.indexOf('%') < 0) {
      try {
        return IpAddress.parse(literal);
      } catch (IllegalArgumentException none) {
        // Said below, with what is allowed here.
      }
    }
    throw new IllegalArgumentException(
        quoted(text) + " is neither an address nor a network; allowed: " + ALLOWED);
  }

  boolean contains(IpAddress address) {
    return (address.high() & highMask()) == base.high()
        && (address.low() & lowMask()) == base.low()
        && address.isV4() == isV4();
  }

  private boolean isV4() {
    return bits >= MAPPED_BITS && base.isV4();
  }

  private long highMask() {
    return bits == 0 ? 0 : -1L << Math.max(0, Long.SIZE - bits);
  }

  private long lowMask() {
    return bits <= Long.SIZE ? 0 : -1L << V6_BITS - bits;
  }
}
