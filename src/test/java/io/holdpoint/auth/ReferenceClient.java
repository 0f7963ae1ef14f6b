package io.holdpoint.auth;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the measured clients sign, written down a second time and without the room's code. Each adds
 * the {@code Authorization} header to a request that has all others.
 */
enum ReferenceClient {
  /** Signs an empty value without its equals sign. */
  JAVA_ROA,
  /** Signs an empty value with one. */
  NODE_ROA,
  /** Signs the path before it is encoded. */
  CORE_ROA,
  /** Signs host. */
  TEA_ACS3,
  /** Does not sign host, and swaps two fields. */
  CORE_ACS3,
  /** Signs the path as it should be encoded, not as it sends it. */
  NODE_ACS3,
  /** Signs the path before it is encoded. */
  NODE_ACS3_DECODED_PATH;

  boolean isRoa() {
    return ordinal() <= CORE_ROA.ordinal();
  }

  boolean signsTheDecodedPath() {
    return this == CORE_ROA || this == NODE_ACS3_DECODED_PATH;
  }

  WireRequest sign(WireRequest request, String keyId, String secret) {
    Map<String, String> headers = new TreeMap<>();
    request
        .headers()
        .forEach(header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.value()));
    return request.header(
        "Authorization",
        isRoa() ? roa(request, headers, keyId, secret) : acs3(request, headers, keyId, secret));
  }

  private String roa(
      WireRequest request, Map<String, String> headers, String keyId, String secret) {
    String text =
        String.join(
                "\n",
                request.method(),
                headers.getOrDefault("accept", ""),
                headers.getOrDefault("content-md5", ""),
                headers.getOrDefault("content-type", ""),
                headers.getOrDefault("date", ""))
            + "\n"
            + headers.entrySet().stream()
                .filter(header -> header.getKey().startsWith("x-acs-"))
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining())
            + (signsTheDecodedPath() ? decoded(path(request).replace("+", "%2B")) : path(request));
    String query =
        query(request).entrySet().stream()
            .map(
                pair ->
                    pair.getValue().isEmpty() && this != NODE_ROA
                        ? pair.getKey()
                        : pair.getKey() + "=" + pair.getValue())
            .collect(Collectors.joining("&"));
    String signed = query(request).isEmpty() ? text : text + "?" + query;
    return "acs " + keyId + ":" + signature(secret, signed);
  }

  private String acs3(
      WireRequest request, Map<String, String> headers, String keyId, String secret) {
    headers
        .keySet()
        .removeIf(
            name ->
                !name.startsWith("x-acs-")
                    && !name.equals("content-type")
                    && !(name.equals("host") && this == TEA_ACS3));
    String names = String.join(";", headers.keySet());
    String canonical =
        request.method()
            + "\n"
            + acs3Path(path(request))
            + "\n"
            + query(request).entrySet().stream()
                .map(pair -> encoded(pair.getKey()) + "=" + encoded(pair.getValue()))
                .collect(Collectors.joining("&"))
            + "\n"
            + headers.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining())
            + "\n"
            + names
            + "\n"
            + headers.get("x-acs-content-sha256");
    String signature =
        HexFormat.of()
            .formatHex(hmac("HmacSHA256", secret, "ACS3-HMAC-SHA256\n" + hash(canonical)));
    return this == CORE_ACS3
        ? "ACS3-HMAC-SHA256 Credential=%s,Signature=%s,SignedHeaders=%s"
            .formatted(keyId, signature, names)
        : "ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s"
            .formatted(keyId, names, signature);
  }

  private String acs3Path(String path) {
    String decoded = decoded(path.replace("+", "%2B"));
    return switch (this) {
      case NODE_ACS3 -> encoded(decoded).replace("%2F", "/");
      case NODE_ACS3_DECODED_PATH -> decoded;
      default -> path;
    };
  }

  private static String path(WireRequest request) {
    return request.target().split("\\?", 2)[0];
  }

  private static Map<String, String> query(WireRequest request) {
    Map<String, String> query = new TreeMap<>();
    String[] target = request.target().split("\\?", 2);
    if (target.length == 2) {
      for (String piece : target[1].split("&")) {
        String[] pair = piece.split("=", 2);
        query.put(decoded(pair[0]), pair.length == 2 ? decoded(pair[1]) : "");
      }
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** ROA-SHA1's signature of a text. */
  static String signature(String secret, String text) {
    return Base64.getEncoder().encodeToString(hmac("HmacSHA1", secret, text));
  }

  private static String hash(String text) {
    return HexFormat.of().formatHex(digest("SHA-256", text.getBytes(StandardCharsets.UTF_8)));
  }

  static String sha256(byte[] body) {
    return HexFormat.of().formatHex(digest("SHA-256", body));
  }

  static String md5(byte[] body) {
    return Base64.getEncoder().encodeToString(digest("MD5", body));
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static byte[] hmac(String algorithm, String secret, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
