package io.holdpoint.api;

import io.holdpoint.auth.QueryParameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one reading of a request target. Routing, signature and handlers all look at this object, so
 * no two of them can read the same bytes differently. It never repairs: what is not written in its
 * one canonical form is refused. Immutable; knows nothing of the web server.
 */
public final class RequestTarget {
  /** Stands in where a target could not be read. */
  static final RequestTarget NONE = new RequestTarget("/", List.of(), List.of());

  private static final int FEW_PARAMETERS = 16;

  private final String rawPath;
  private final List<String> segments;
  private final List<QueryParameter> parameters;

  private RequestTarget(String rawPath, List<String> segments, List<QueryParameter> parameters) {
    this.rawPath = rawPath;
    this.segments = segments;
    this.parameters = parameters;
  }

  /** A target that has no single reading. Carries no stack trace and never the target's text. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    public enum Kind {
      /** A percent sign without two hex digits, bytes that are no UTF-8, or a control character. */
      BAD_ENCODING,
      /** Something other than visible ASCII, or one of {@code # \} or, in the query, {@code ;}. */
      FORBIDDEN_CHARACTER,
      /** The target does not begin with a slash: absolute, authority or asterisk form. */
      ABSOLUTE_FORM,
      /** An empty or dot segment, a slash at the end, or an encoded slash or backslash. */
      NOT_CANONICAL,
      /** The same name twice in the query. */
      DUPLICATE_PARAMETER
    }

    private final Kind kind;
    private final @Nullable String parameter;

    Malformed(Kind kind, @Nullable String parameter) {
      super(kind.name(), null, false, false);
      this.kind = kind;
      this.parameter = parameter;
    }

    public Kind kind() {
      return kind;
    }

    /** The repeated name of a {@link Kind#DUPLICATE_PARAMETER}, decoded; otherwise null. */
    public @Nullable String parameter() {
      return parameter;
    }
  }

  /**
   * Reads {@code rawUri} as it stood in the request line.
   *
   * @throws Malformed when the target has no single reading
   */
  public static RequestTarget parse(String rawUri) throws Malformed {
    if (rawUri.isEmpty() || rawUri.charAt(0) != '/') {
      throw new Malformed(Malformed.Kind.ABSOLUTE_FORM, null);
    }
    int mark = rawUri.length();
    int slashes = 0;
    for (int i = 0; i < rawUri.length(); i++) {
      char c = rawUri.charAt(i);
      boolean inQuery = i > mark;
      if (c <= ' ' || c >= 0x7F || c == '#' || c == '\\' || (c == ';' && inQuery)) {
        throw new Malformed(Malformed.Kind.FORBIDDEN_CHARACTER, null);
      }
      if (c == '?' && !inQuery) {
        mark = i;
      } else if (c == '/' && !inQuery) {
        slashes++;
      }
    }
    String rawPath = rawUri.substring(0, mark);
    List<String> segments = mark == 1 ? List.of() : segments(rawPath, slashes);
    List<QueryParameter> parameters =
        mark + 1 >= rawUri.length() ? List.of() : parameters(rawUri, mark + 1);
    return new RequestTarget(rawPath, segments, parameters);
  }

  /** The path exactly as sent, without the query. */
  public String rawPath() {
    return rawPath;
  }

  /** The path's segments, decoded; none for the root. */
  public List<String> segments() {
    return segments;
  }

  /** The query's parameters in the order sent, each name once. */
  public List<QueryParameter> parameters() {
    return parameters;
  }

  /** The value of a parameter; null when it is absent, empty when it has none. */
  public @Nullable String parameter(String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) {
        return parameters.get(i).value();
      }
    }
    return null;
  }

  private static List<String> segments(String path, int count) throws Malformed {
    String[] decoded = new String[count];
    int from = 1;
    for (int i = 0; i < count; i++) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      decoded[i] = segment(path, from, to);
      from = to + 1;
    }
    return List.of(decoded);
  }

  private static String segment(String path, int from, int to) throws Malformed {
    String segment = PercentDecoder.path(path, from, to);
    if (segment.isEmpty()
        || segment.equals(".")
        || segment.equals("..")
        || segment.indexOf('/') >= 0
        || segment.indexOf('\\') >= 0) {
      throw new Malformed(Malformed.Kind.NOT_CANONICAL, null);
    }
    return segment;
  }

  private static List<QueryParameter> parameters(String uri, int start) throws Malformed {
    List<QueryParameter> read = new ArrayList<>(4);
    Set<String> names = Set.of();
    int from = start;
    while (from < uri.length()) {
      int ampersand = uri.indexOf('&', from);
      int to = ampersand < 0 ? uri.length() : ampersand;
      if (to > from) {
        QueryParameter next = parameter(uri, from, to);
        if (read.size() == FEW_PARAMETERS) {
          names = new HashSet<>();
          for (QueryParameter earlier : read) {
            names.add(earlier.name());
          }
        }
        if (read.size() < FEW_PARAMETERS ? named(read, next.name()) : !names.add(next.name())) {
          throw new Malformed(Malformed.Kind.DUPLICATE_PARAMETER, next.name());
        }
        read.add(next);
      }
      from = to + 1;
    }
    return Collections.unmodifiableList(read);
  }

  private static boolean named(List<QueryParameter> parameters, String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static QueryParameter parameter(String uri, int from, int to) throws Malformed {
    int equals = uri.indexOf('=', from);
    if (equals < 0 || equals >= to) {
      return new QueryParameter(PercentDecoder.query(uri, from, to), "", false);
    }
    return new QueryParameter(
        PercentDecoder.query(uri, from, equals), PercentDecoder.query(uri, equals + 1, to), true);
  }
}
