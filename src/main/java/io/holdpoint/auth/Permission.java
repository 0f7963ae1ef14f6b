package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.quoted;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an operation needs: its action, and its resource with a place for the one thing that the
 * request names.
 *
 * @param parameter the name of the path parameter that completes {@code relative}; null when the
 *     resource is the same for every request, as a collection's is
 */
public record Permission(
    ActionName action, String service, String relative, @Nullable String parameter) {
  /** Twice as long as any name there is; patterns are matched against no more. */
  static final int LONGEST_NAME = 128;

  private static final Pattern TEMPLATE =
      Pattern.compile("acs:([a-z0-9-]+):\\{region}:\\{account}:([a-z]+/)(\\*|\\{([A-Za-z]+)})");

  /**
   * Reads the two texts that an operation of the contract carries.
   *
   * @param template {@code acs:<service>:{region}:{account}:<collection>/} and {@code *} or the
   *     name of a path parameter in braces
   * @throws IllegalArgumentException when one of them has another form
   */
  public static Permission parse(String action, String template) {
    Matcher parts = TEMPLATE.matcher(template);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          quoted(template)
              + " is no resource of an operation; allowed: "
              + "acs:<service>:{region}:{account}:<collection>/* or .../{Parameter}");
    }
    String parameter = parts.group(4);
    String relative = parameter == null ? parts.group(2) + '*' : parts.group(2);
    return new Permission(ActionName.parse(action), parts.group(1), relative, parameter);
  }

  /**
   * The resource of one request. Whatever the value holds, it stays one name: every character but
   * letters, digits and {@code . _ ~ -} is percent-encoded. A value too long to name anything is
   * cut and ends in a bare {@code %}, which no other name does.
   *
   * @param value the decoded path parameter; of no meaning where {@link #parameter} is null
   */
  public ResourceName resource(String region, String account, String value) {
    return new ResourceName(
        service, region, account, parameter == null ? relative : relative + encoded(value));
  }

  private static String encoded(String value) {
    int plain = 0;
    int end = Math.min(value.length(), LONGEST_NAME);
    while (plain < end && unreserved(value.charAt(plain))) {
      plain++;
    }
    return plain == value.length() ? value : encodedFrom(value, plain);
  }

  private static String encodedFrom(String value, int first) {
    StringBuilder text = new StringBuilder(value.length() + 16).append(value, 0, first);
    for (byte octet : value.substring(first).getBytes(StandardCharsets.UTF_8)) {
      if (text.length() >= LONGEST_NAME) {
        return text.append('%').toString();
      }
      if (unreserved((char) octet)) {
        text.append((char) octet);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
      }
    }
    return text.toString();
  }

  private static boolean unreserved(char c) {
    return c >= 'a' && c <= 'z'
        || c >= '0' && c <= '9'
        || c >= 'A' && c <= 'Z'
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
