package io.holdpoint.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * All of a request that its signature vouches for, as the service understands it. Two requests with
 * one understanding mean the same, whatever their spelling: that is the list of what may verify
 * alike.
 *
 * @param headers the signed ones; under ROA-SHA1 an absent one of the first four is an empty one
 * @param body null when no digest of it was sent
 */
record Understanding(
    String scheme,
    String keyId,
    String method,
    List<String> segments,
    List<String> query,
    Map<String, String> headers,
    String body) {

  private static final List<String> ROA_HEADERS =
      List.of("accept", "content-md5", "content-type", "date");

  static Understanding of(WireRequest request) {
    String authorization = request.value("Authorization");
    boolean roa = authorization.startsWith("acs ");
    boolean hashed = has(request, "x-acs-content-sha256") || (has(request, "content-md5") && roa);
    return new Understanding(
        authorization.split(" ", 2)[0],
        keyId(authorization, roa),
        request.method(),
        request.segments(),
        request.query().stream()
            .map(pair -> pair.name().length() + ":" + pair.name() + "=" + pair.value())
            .sorted()
            .toList(),
        headers(request, roa ? ROA_HEADERS : acs3Headers(authorization)),
        hashed ? new String(request.body(), StandardCharsets.ISO_8859_1) : "unsigned");
  }

  private static boolean has(WireRequest request, String name) {
    return request.headers().stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
  }

  private static String keyId(String authorization, boolean roa) {
    String rest = authorization.substring(authorization.indexOf(' ') + 1);
    return roa
        ? rest.split(":", 2)[0]
        : Arrays.stream(rest.split(","))
            .filter(field -> field.startsWith("Credential="))
            .findFirst()
            .orElse("");
  }

  /** The named ones and all that begin with {@code x-acs-}. */
  private static Map<String, String> headers(WireRequest request, List<String> names) {
    Map<String, String> signed = new TreeMap<>();
    for (String name : names) {
      signed.put(name, request.value(name));
    }
    for (WireRequest.Header header : request.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.startsWith("x-acs-")) {
        signed.put(name, request.value(name));
      }
    }
    return signed;
  }

  private static List<String> acs3Headers(String authorization) {
    return Arrays.stream(authorization.substring(authorization.indexOf(' ') + 1).split(","))
        .filter(field -> field.startsWith("SignedHeaders="))
        .map(field -> field.substring(field.indexOf('=') + 1))
        .flatMap(names -> Arrays.stream(names.split(";")))
        .toList();
  }
}
