package io.holdpoint.auth;

import java.util.List;

/**
 * ACS3's canonical request: method, path, encoded query, the signed headers' lines, their names and
 * the body's hash as its header says it. Of all this only the path is spelled in more than one way.
 */
final class Acs3Text {
  private final SignedRequest request;

  /** All that follows the path. */
  private final StringBuilder rest = new StringBuilder(768);

  private Acs3Text(SignedRequest request) {
    this.request = request;
  }

  static Acs3Text of(SignedRequest request, HeaderFields fields, List<String> signedHeaders) {
    Acs3Text text = new Acs3Text(request);
    StringBuilder rest = text.rest;
    appendQuery(rest.append('\n'), SortedQuery.of(request.query()));
    fields.appendLines(rest.append('\n'), signedHeaders);
    rest.append('\n');
    for (int i = 0; i < signedHeaders.size(); i++) {
      rest.append(i == 0 ? "" : ";").append(signedHeaders.get(i));
    }
    rest.append('\n').append(fields.valueOrEmpty("x-acs-content-sha256"));
    return text;
  }

  String asSent() {
    return with(request.rawPath());
  }

  String with(String path) {
    return new StringBuilder(16 + path.length() + rest.length())
        .append(request.method())
        .append('\n')
        .append(path)
        .append(rest)
        .toString();
  }

  private static void appendQuery(StringBuilder to, QueryParameter[] query) {
    for (int i = 0; i < query.length; i++) {
      if (i > 0) {
        to.append('&');
      }
      PercentEncoder.append(to, query[i].name());
      PercentEncoder.append(to.append('='), query[i].value());
    }
  }
}
