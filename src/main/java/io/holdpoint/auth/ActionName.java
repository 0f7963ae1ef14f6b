package io.holdpoint.auth;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a request asks to do, as {@code elasticsearch:InterruptLogstashTask}. Policies name actions
 * without regard to case, so the folded form is kept beside the text.
 */
public final class ActionName {
  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,64}:[A-Za-z0-9]{1,64}");

  private final String text;
  private final String folded;

  private ActionName(String text) {
    this.text = text;
    this.folded = fold(text);
  }

  /**
   * @throws IllegalArgumentException when it is not a service and a name; it has no wildcards
   */
  public static ActionName parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          PolicyException.quoted(text) + " is no action; allowed: <service>:<Name>");
    }
    return new ActionName(text);
  }

  static String fold(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  public String text() {
    return text;
  }

  String folded() {
    return folded;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ActionName that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
