package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.quoted;

import java.util.Arrays;

/**
 * An IPv4 or IPv6 address, read from its literal form only: no name service is ever asked. An IPv4
 * address and its IPv4-mapped IPv6 form are the same address.
 *
 * @param high the first 64 bits of the IPv6 form
 * @param low the last 64 bits; with {@code high} 0 and {@code 0xFFFF} above, an IPv4 address
 */
public record IpAddress(long high, long low) {
  static final String ALLOWED = "an IPv4 or IPv6 address, such as 192.0.2.1 or 2001:db8::1";

  private static final int LONGEST = 45;
  private static final int GROUPS = 8;
  private static final long MAPPED = 0xFFFFL << 32;

  /**
   * @param text a zone behind {@code %} says nothing and is dropped
   * @throws IllegalArgumentException when it is no address in its literal form; leading zeros in an
   *     IPv4 address are refused, because some readers take them for octal
   */
  public static IpAddress parse(String text) {
    int zone = text.indexOf('%');
    String literal = zone > 0 && text.indexOf(':') >= 0 ? text.substring(0, zone) : text;
    if (literal.length() <= LONGEST) {
      if (literal.indexOf(':') < 0) {
        long address = v4(literal);
        if (address >= 0) {
          return new IpAddress(0, MAPPED | address);
        }
      } else {
        int[] groups = v6(literal);
        if (groups.length == GROUPS) {
          return new IpAddress(bits(groups, 0), bits(groups, GROUPS / 2));
        }
      }
    }
    throw new IllegalArgumentException(quoted(text) + " is no address; allowed: " + ALLOWED);
  }

  boolean isV4() {
    return high == 0 && low >>> 32 == 0xFFFF;
  }

  private static long bits(int[] groups, int from) {
    long bits = 0;
    for (int i = from; i < from + GROUPS / 2; i++) {
      bits = bits << 16 | groups[i];
    }
    return bits;
  }

  /** The address as a number; negative when the text is none. */
  private static long v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return -1;
    }
    long address = 0;
    for (String part : parts) {
      int value = number(part, 10, 3);
      if (value < 0 || value > 255 || part.length() > 1 && part.charAt(0) == '0') {
        return -1;
      }
      address = address << 8 | value;
    }
    return address;
  }

  /** The eight groups; another number of them when the text is no address. */
  private static int[] v6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true);
    }
    int[] before = groups(text.substring(0, gap), false);
    int[] after = groups(text.substring(gap + 2), true);
    if (text.indexOf("::", gap + 1) >= 0
        || before.length + after.length >= GROUPS
        || before.length == 0 && gap > 0
        || after.length == 0 && gap + 2 < text.length()) {
      return new int[0];
    }
    int[] all = Arrays.copyOf(before, GROUPS);
    System.arraycopy(after, 0, all, GROUPS - after.length, after.length);
    return all;
  }

  /** None when one of them is wrong. */
  private static int[] groups(String text, boolean mayEndInV4) {
    String[] parts = text.split(":", -1);
    int[] groups = new int[parts.length + 1];
    for (int i = 0; i < parts.length; i++) {
      groups[i] = number(parts[i], 16, 4);
      if (groups[i] < 0) {
        long v4 = mayEndInV4 && i == parts.length - 1 ? v4(parts[i]) : -1;
        if (v4 < 0) {
          return new int[0];
        }
        groups[i] = (int) (v4 >>> 16);
        groups[i + 1] = (int) (v4 & 0xFFFF);
        return groups;
      }
    }
    return Arrays.copyOf(groups, parts.length);
  }

  /** Negative when it is none of at most that many digits. */
  private static int number(String digits, int radix, int longest) {
    if (digits.isEmpty() || digits.length() > longest) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }
}
