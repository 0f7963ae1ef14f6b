package io.holdpoint.auth;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one request as both schemes need them: names in lower case, in ascending order.
 * What a signature or a handler reads as one value is here once, or there are no fields at all.
 */
final class HeaderFields {
  static final String SIGNED_PREFIX = "x-acs-";

  private static final Comparator<Field> BY_NAME = Comparator.comparing(Field::name);

  private final List<Field> fields;

  private HeaderFields(List<Field> fields) {
    this.fields = fields;
  }

  record Field(String name, String value) {
    /** Whether ROA-SHA1 always signs it, and ACS3 has to. */
    boolean isAcs() {
      return name.startsWith(SIGNED_PREFIX);
    }

    private boolean isSingle() {
      return isAcs()
          || switch (name) {
            case "accept", "authorization", "content-md5", "content-type", "date", "host" -> true;
            default -> false;
          };
    }

    /** Whether the canonical texts, which are lines of names and values, could be misread. */
    private boolean isMisleading() {
      return name.isEmpty()
          || name.indexOf(':') >= 0
          || name.indexOf('\n') >= 0
          || value.indexOf('\n') >= 0
          || value.indexOf('\r') >= 0;
    }
  }

  /**
   * @throws AuthException {@code INCOMPLETE_SIGNATURE} when a header that has to be one is there
   *     twice, or one holds a line break
   */
  static HeaderFields of(SignedRequest request) throws AuthException {
    return of(request, Map.of());
  }

  /** The request's headers and others beside them. */
  static HeaderFields of(SignedRequest request, Map<String, String> added) throws AuthException {
    List<Field> fields = new ArrayList<>(24);
    request.headers((name, value) -> fields.add(new Field(name.toLowerCase(Locale.ROOT), value)));
    added.forEach((name, value) -> fields.add(new Field(name.toLowerCase(Locale.ROOT), value)));
    fields.sort(BY_NAME);
    String previous = "";
    for (Field field : fields) {
      if (field.isMisleading() || (field.name().equals(previous) && field.isSingle())) {
        throw new AuthException(AuthError.INCOMPLETE_SIGNATURE);
      }
      previous = field.name();
    }
    return new HeaderFields(fields);
  }

  /** The value of a header; null when it is absent. */
  @Nullable String value(String name) {
    int index = from(name);
    boolean found = index < fields.size() && fields.get(index).name().equals(name);
    return found ? fields.get(index).value() : null;
  }

  /** The same, with absent and empty alike. */
  String valueOrEmpty(String name) {
    String value = value(name);
    return value == null ? "" : value;
  }

  /** {@code name:value}, a line each, of every header that begins with {@code x-acs-}. */
  void appendAcsLines(StringBuilder to) {
    for (int i = from(SIGNED_PREFIX); i < fields.size() && fields.get(i).isAcs(); i++) {
      appendLine(to, fields.get(i));
    }
  }

  /** The same of the named headers. */
  void appendLines(StringBuilder to, List<String> names) {
    for (String name : names) {
      appendLine(to, fields.get(from(name)));
    }
  }

  private static void appendLine(StringBuilder to, Field field) {
    to.append(field.name()).append(':').append(field.value()).append('\n');
  }

  /**
   * Whether the names may stand as ACS3's SignedHeaders: ascending, each of a header that is there
   * once, and no header that begins with {@code x-acs-} left out.
   */
  boolean areSignedBy(List<String> names) {
    int next = 0;
    for (Field field : fields) {
      boolean named = next < names.size() && names.get(next).equals(field.name());
      if (named) {
        next++;
      } else if (field.isAcs()) {
        return false;
      }
    }
    return next == names.size() && eachOnce(names);
  }

  private boolean eachOnce(List<String> names) {
    for (String name : names) {
      int after = from(name) + 1;
      if (after < fields.size() && fields.get(after).name().equals(name)) {
        return false;
      }
    }
    return true;
  }

  /** The names in ascending order. */
  List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  /** The index of the first field whose name is not before {@code name}. */
  private int from(String name) {
    int low = 0;
    int high = fields.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (fields.get(middle).name().compareTo(name) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
