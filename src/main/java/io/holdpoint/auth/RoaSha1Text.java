package io.holdpoint.auth;

/**
 * ROA-SHA1's string to sign: method, four headers, the lines of all {@code x-acs-} headers, then
 * the path and the decoded query.
 *
 * <p>The scheme signs neither the body (unless {@code Content-MD5} was sent) nor any other header.
 */
final class RoaSha1Text {
  /** How parameters without a value are signed. */
  enum EmptyValues {
    /** {@code a}: the Java, Go and Python SDKs, whatever they send. */
    BARE,
    /** {@code a=}: the Node SDKs. */
    WITH_EQUALS_SIGN,
    /** Each as it was sent: what somebody does who follows the documents by hand. */
    AS_SENT
  }

  private final SignedRequest request;
  private final QueryParameter[] query;
  private final StringBuilder text = new StringBuilder(512);
  private final int resourceStart;

  private RoaSha1Text(SignedRequest request, HeaderFields fields) {
    this.request = request;
    this.query = SortedQuery.of(request.query());
    text.append(request.method()).append('\n');
    text.append(fields.valueOrEmpty("accept")).append('\n');
    text.append(fields.valueOrEmpty("content-md5")).append('\n');
    text.append(fields.valueOrEmpty("content-type")).append('\n');
    text.append(fields.valueOrEmpty("date")).append('\n');
    fields.appendAcsLines(text);
    resourceStart = text.length();
  }

  static RoaSha1Text of(SignedRequest request, HeaderFields fields) {
    return new RoaSha1Text(request, fields);
  }

  /**
   * Whether the text is this request's alone. The scheme signs a decoded query: {@code a=1&b=2} is
   * signed like the one parameter {@code a=1%26b%3D2}, so a request with such a name or value could
   * be made of another one's signature.
   */
  boolean isUnambiguous() {
    for (QueryParameter parameter : query) {
      if (parameter.name().indexOf('=') >= 0
          || parameter.name().indexOf('&') >= 0
          || parameter.value().indexOf('&') >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the form is a text of its own for this query; the first one always is. */
  boolean differsIn(EmptyValues form) {
    boolean bare = false;
    boolean equalsSign = false;
    for (QueryParameter parameter : query) {
      if (parameter.value().isEmpty()) {
        bare |= !parameter.equalsSign();
        equalsSign |= parameter.equalsSign();
      }
    }
    return switch (form) {
      case BARE -> true;
      case WITH_EQUALS_SIGN -> bare || equalsSign;
      case AS_SENT -> bare && equalsSign;
    };
  }

  String asSent() {
    return with(request.rawPath(), EmptyValues.AS_SENT);
  }

  String with(String path, EmptyValues form) {
    text.setLength(resourceStart);
    text.append(path);
    for (int i = 0; i < query.length; i++) {
      QueryParameter parameter = query[i];
      text.append(i == 0 ? '?' : '&').append(parameter.name());
      boolean equalsSign =
          switch (form) {
            case BARE -> false;
            case WITH_EQUALS_SIGN -> true;
            case AS_SENT -> parameter.equalsSign();
          };
      if (equalsSign || !parameter.value().isEmpty()) {
        text.append('=').append(parameter.value());
      }
    }
    return text.toString();
  }
}
