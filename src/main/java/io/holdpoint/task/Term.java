package io.holdpoint.task;

import java.util.Locale;

/**
 * A word of the domain that is spelled alike in Java, SQL, JSON, metrics and documents: {@code
 * FINISH_STEP} here is {@code finish-step} everywhere else.
 */
public interface Term {
  String name();

  default String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant that is spelled {@code text}.
   *
   * @throws IllegalArgumentException when the enum has no such word
   */
  static <E extends Enum<E> & Term> E parse(Class<E> type, String text) {
    for (E candidate : type.getEnumConstants()) {
      if (candidate.text().equals(text)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no " + type.getSimpleName() + " is called " + text);
  }
}
