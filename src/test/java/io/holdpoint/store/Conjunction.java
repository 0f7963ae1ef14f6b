package io.holdpoint.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A condition as PostgreSQL writes it in a plan, every operation in parentheses, taken apart at its
 * outermost {@code AND}s.
 */
final class Conjunction {
  private static final String AND = " AND ";
  private static final String EQUAL = " = ";

  private Conjunction() {}

  /** The two sides of an equality. */
  record Sides(String left, String right) {}

  /** What has to hold all together; nothing for an empty text. */
  static List<String> parts(String condition) {
    String bare = bare(condition);
    List<String> parts = split(bare, AND);
    if (parts.size() > 1) {
      return parts.stream().flatMap(part -> parts(part).stream()).toList();
    }
    return bare.isEmpty() ? List.of() : List.of(bare);
  }

  static Optional<Sides> sides(String condition) {
    List<String> sides = split(condition, EQUAL);
    return sides.size() == 2
        ? Optional.of(new Sides(bare(sides.get(0)), bare(sides.get(1))))
        : Optional.empty();
  }

  private static String bare(String text) {
    String bare = text;
    while (bare.startsWith("(") && outermost(bare, ")") == bare.length() - 1) {
      bare = bare.substring(1, bare.length() - 1);
    }
    return bare;
  }

  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    int end = outermost(rest, separator);
    while (end >= 0) {
      parts.add(rest.substring(0, end));
      rest = rest.substring(end + separator.length());
      end = outermost(rest, separator);
    }
    parts.add(rest);
    return parts;
  }

  /** Where {@code token} stands first outside of parentheses and texts; -1 for nowhere. */
  private static int outermost(String text, String token) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '\'';
      if (!quoted) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth == 0 && text.startsWith(token, i)) {
          return i;
        }
      }
    }
    return -1;
  }
}
