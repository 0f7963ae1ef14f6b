package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.quoted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern in which {@code *} stands for any number of characters and {@code ?} for one. Matching
 * reads every character of the text a fixed number of times, whatever the pattern: it goes forward
 * only. Nothing is allocated by it.
 */
final class Glob {
  /** So that the state of a search fits a long. */
  static final int LONGEST_RUN = Long.SIZE;

  private final String head;
  private final String tail;
  private final boolean plainHead;
  private final boolean plainTail;
  private final boolean whole;
  private final Run[] runs;

  private Glob(String head, String tail, boolean whole, List<Run> runs) {
    this.head = head;
    this.tail = tail;
    this.plainHead = head.indexOf('?') < 0;
    this.plainTail = tail.indexOf('?') < 0;
    this.whole = whole;
    this.runs = runs.toArray(new Run[0]);
  }

  /**
   * @throws IllegalArgumentException when more than {@link #LONGEST_RUN} characters stand between
   *     two asterisks
   */
  static Glob of(String pattern) {
    int first = pattern.indexOf('*');
    if (first < 0) {
      return new Glob(pattern, "", true, List.of());
    }
    List<Run> runs = new ArrayList<>();
    int from = first + 1;
    for (int next; (next = pattern.indexOf('*', from)) >= 0; from = next + 1) {
      if (next - from > LONGEST_RUN) {
        throw new IllegalArgumentException(
            quoted(pattern)
                + " has "
                + (next - from)
                + " characters between two asterisks; allowed: "
                + LONGEST_RUN);
      }
      if (next > from) {
        runs.add(new Run(pattern.substring(from, next)));
      }
    }
    return new Glob(pattern.substring(0, first), pattern.substring(from), false, runs);
  }

  boolean matches(CharSequence text) {
    int length = text.length();
    if (whole) {
      return length == head.length() && stands(head, plainHead, text, 0);
    }
    int end = length - tail.length();
    if (end < head.length()
        || !stands(head, plainHead, text, 0)
        || !stands(tail, plainTail, text, end)) {
      return false;
    }
    int at = head.length();
    for (Run run : runs) {
      at = run.endOfFirst(text, at, end);
      if (at < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean stands(String piece, boolean plain, CharSequence text, int offset) {
    if (plain && text instanceof String string) {
      return string.startsWith(piece, offset);
    }
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (c != '?' && c != text.charAt(offset + i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * What stands between two asterisks. The search keeps all prefixes of it that end at the present
   * character as bits of one long, so it never goes back.
   */
  private static final class Run {
    private final char[] letters;
    private final long[] places;
    private final long anyLetter;
    private final long last;

    Run(String piece) {
      letters = distinct(piece);
      places = new long[letters.length];
      long open = 0;
      for (int i = 0; i < piece.length(); i++) {
        if (piece.charAt(i) == '?') {
          open |= 1L << i;
        } else {
          places[Arrays.binarySearch(letters, piece.charAt(i))] |= 1L << i;
        }
      }
      for (int i = 0; i < places.length; i++) {
        places[i] |= open;
      }
      anyLetter = open;
      last = 1L << piece.length() - 1;
    }

    private static char[] distinct(String piece) {
      StringBuilder sorted = new StringBuilder();
      piece.chars().filter(c -> c != '?').sorted().distinct().forEach(c -> sorted.append((char) c));
      return sorted.toString().toCharArray();
    }

    /** Behind the first occurrence that lies in the given part of the text; negative if none. */
    int endOfFirst(CharSequence text, int from, int to) {
      long prefixes = 0;
      for (int i = from; i < to; i++) {
        int letter = Arrays.binarySearch(letters, text.charAt(i));
        prefixes = (prefixes << 1 | 1) & (letter < 0 ? anyLetter : places[letter]);
        if ((prefixes & last) != 0) {
          return i + 1;
        }
      }
      return -1;
    }
  }
}
