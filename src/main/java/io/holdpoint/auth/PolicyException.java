package io.holdpoint.auth;

/**
 * A policy document that is refused. The message is one line for the person who wrote it: it names
 * the place, such as {@code Statement[1].Effect}, and what is allowed there.
 */
public final class PolicyException extends RuntimeException {
  static final int LONGEST_MESSAGE = 400;
  private static final int LONGEST_QUOTE = 60;
  private static final long serialVersionUID = 1L;

  PolicyException(String message) {
    super(printable(message, LONGEST_MESSAGE), null, false, false);
  }

  static PolicyException at(String place, String fault) {
    return new PolicyException(place + " " + fault);
  }

  /** A text from outside, short and without anything that could break the line. */
  static String quoted(String text) {
    return '"' + printable(text, LONGEST_QUOTE) + '"';
  }

  static String printable(String text, int longest) {
    String cut = text.length() > longest ? text.substring(0, longest - 3) + "..." : text;
    return cut.replaceAll("[^ -~]", "?");
  }
}
