package io.holdpoint.api;

import static io.netty.util.AsciiString.contentEqualsIgnoreCase;
import static io.netty.util.AsciiString.regionMatches;

import io.holdpoint.api.HeadRefused.Reason;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.vertx.core.net.HostAndPort;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a decoded head must look like to be read in one way only. It covers what the decoder lets
 * through and repeats what it refuses today, so that another decoder version cannot open a gap. One
 * instance serves one connection.
 */
final class HeadRules {
  private static final int MOST_SINGLE_HEADERS = 64;
  private static final List<AsciiString> OF_CONNECTION =
      List.of(
          HttpHeaderNames.CONNECTION,
          AsciiString.cached("proxy-connection"),
          AsciiString.cached("keep-alive"),
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.UPGRADE);

  private final CharSequence[] seen = new CharSequence[MOST_SINGLE_HEADERS];

  /** The first rule that {@code request} breaks; null when it keeps them all. */
  @Nullable Reason broken(HttpRequest request) {
    if (!spoken(request.protocolVersion())) {
      return Reason.VERSION;
    }
    if (request.uri().isEmpty() || request.uri().charAt(0) != '/') {
      return Reason.TARGET_FORM;
    }
    Reason name = names(request.headers().iteratorCharSequence());
    if (name != null) {
      return name;
    }
    Reason host = host(request);
    return host != null ? host : framing(request);
  }

  /** The same over HTTP/2, where the target, the method and the host are headers too. */
  @Nullable Reason broken(Http2Headers headers) {
    CharSequence path = headers.path();
    if (path == null || path.isEmpty() || path.charAt(0) != '/' || connects(headers)) {
      return Reason.TARGET_FORM;
    }
    Reason name = names(headers.iterator());
    if (name != null) {
      return name;
    }
    for (AsciiString ofConnection : OF_CONNECTION) {
      if (headers.contains(ofConnection)) {
        return Reason.CONNECTION_HEADER;
      }
    }
    CharSequence authority = headers.authority();
    CharSequence host = headers.get(HttpHeaderNames.HOST);
    if (authority != null && host != null && !AsciiString.contentEquals(authority, host)) {
      return Reason.HOST;
    }
    CharSequence named = authority == null ? host : authority;
    return named != null && namesHost(named.toString()) ? null : Reason.HOST;
  }

  private static boolean connects(Http2Headers headers) {
    return HttpMethod.CONNECT.asciiName().contentEquals(headers.method())
        || headers.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value());
  }

  /** By identity, as the server itself tells versions: {@code http/1.1} equals HTTP/1.1 as well. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean spoken(HttpVersion version) {
    return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
  }

  private @Nullable Reason names(Iterator<Map.Entry<CharSequence, CharSequence>> each) {
    int count = 0;
    try {
      while (each.hasNext()) {
        CharSequence name = each.next().getKey();
        if (name.isEmpty()) {
          return Reason.HEADER_NAME;
        }
        if (single(name)) {
          if (seenAmong(count, name)) {
            return contentEqualsIgnoreCase(HttpHeaderNames.HOST, name)
                ? Reason.HOST
                : Reason.REPEATED_HEADER;
          }
          if (count == MOST_SINGLE_HEADERS) {
            return Reason.TOO_MANY_SIGNED;
          }
          seen[count++] = name;
        }
      }
      return null;
    } finally {
      Arrays.fill(seen, 0, count, "");
    }
  }

  private boolean seenAmong(int count, CharSequence name) {
    for (int i = 0; i < count; i++) {
      if (contentEqualsIgnoreCase(seen[i], name)) {
        return true;
      }
    }
    return false;
  }

  /** Headers that frame the message, or that a signature or a handler reads as one value. */
  private static boolean single(CharSequence name) {
    return switch (name.charAt(0) | 0x20) {
      case 'x' ->
          regionMatches(name, true, 0, "x-acs-", 0, 6)
              || regionMatches(name, true, 0, "x-holdpoint-", 0, 12);
      case 'a' ->
          contentEqualsIgnoreCase(HttpHeaderNames.ACCEPT, name)
              || contentEqualsIgnoreCase(HttpHeaderNames.AUTHORIZATION, name);
      case 'c' ->
          contentEqualsIgnoreCase(HttpHeaderNames.CONTENT_LENGTH, name)
              || contentEqualsIgnoreCase(HttpHeaderNames.CONTENT_TYPE, name)
              || contentEqualsIgnoreCase(HttpHeaderNames.CONTENT_MD5, name);
      case 'd' -> contentEqualsIgnoreCase(HttpHeaderNames.DATE, name);
      case 'e' -> contentEqualsIgnoreCase(HttpHeaderNames.EXPECT, name);
      case 'h' -> contentEqualsIgnoreCase(HttpHeaderNames.HOST, name);
      case 't' -> contentEqualsIgnoreCase(HttpHeaderNames.TRANSFER_ENCODING, name);
      default -> false;
    };
  }

  private static @Nullable Reason host(HttpRequest request) {
    String host = request.headers().get(HttpHeaderNames.HOST);
    if (host == null) {
      return request.protocolVersion().minorVersion() == 0 ? null : Reason.HOST;
    }
    return namesHost(host) ? null : Reason.HOST;
  }

  /** Whether the text names a host in one way, and in characters that need no escape anywhere. */
  private static boolean namesHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean letterOrDigit = (c | 0x20) >= 'a' && (c | 0x20) <= 'z' || c >= '0' && c <= '9';
      if (c >= 0x7F || !letterOrDigit && ".-_:[]".indexOf(c) < 0) {
        return false;
      }
    }
    return !host.isEmpty() && HostAndPort.parseAuthority(host, -1) != null;
  }

  private static @Nullable Reason framing(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)
        || headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY2)) {
      return Reason.HIDDEN_BODY;
    }
    String encoding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
    if (encoding == null) {
      return null;
    }
    if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      return Reason.TWO_LENGTHS;
    }
    boolean chunked =
        request.protocolVersion().minorVersion() == 1
            && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encoding);
    return chunked ? null : Reason.TRANSFER_ENCODING;
  }
}
