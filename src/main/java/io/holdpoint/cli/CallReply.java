package io.holdpoint.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdpoint.auth.AuthError;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What came back.
 *
 * @param headers by name in lower case
 */
record CallReply(int status, Map<String, String> headers, byte[] body) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> OF_PROXIES = Set.of(502, 503, 504);
  private static final Set<String> OF_SIGNATURES =
      Arrays.stream(AuthError.values()).map(AuthError::code).collect(Collectors.toSet());

  /** What a reply means to a client. */
  enum Verdict {
    DONE,
    FALSE,
    REFUSED,
    /** Refused for now: too many requests. */
    THROTTLED,
    /** Nobody knows whether it had an effect; asking again may tell. */
    UNAVAILABLE,
    /** The same, but asking again is of no use: no reply of this API, or an internal error. */
    STRANGE
  }

  /**
   * @param envelope whether a reply that the operation succeeded has to be the API's envelope: a
   *     page that some gateway puts in its place must not pass for an effect
   */
  Verdict verdict(boolean envelope) {
    if (status >= 200 && status < 300) {
      JsonNode json = json();
      if (!envelope) {
        return Verdict.DONE;
      }
      if (!json.path("RequestId").isTextual()) {
        return Verdict.STRANGE;
      }
      JsonNode result = json.path("Result");
      return result.isBoolean() && !result.booleanValue() ? Verdict.FALSE : Verdict.DONE;
    }
    if (status == 429 || code().startsWith("Throttling")) {
      return Verdict.THROTTLED;
    }
    if (OF_PROXIES.contains(status) || code().equals("TokenPreviousRequestProcessError")) {
      return Verdict.UNAVAILABLE;
    }
    return status >= 400 && status < 500 ? Verdict.REFUSED : Verdict.STRANGE;
  }

  /**
   * Whether a refusal came before the service looked at the client token, so that it says nothing
   * about earlier requests with it: rights, signatures and limits change from one request to the
   * next.
   */
  boolean refusedBeforeToken() {
    return status == 429
        || code().startsWith("Throttling")
        || code().startsWith("Forbidden")
        || OF_SIGNATURES.contains(code());
  }

  /** The envelope's error code, as far as it is one; else empty. */
  String code() {
    String code = json().path("Code").asText("");
    return code.matches("[A-Za-z0-9.]{1,64}") ? code : "";
  }

  /** How long the service asks to wait. */
  Optional<Duration> retryAfter() {
    String millis = header("x-acs-retry-after");
    return millis.matches("[0-9]{1,9}")
        ? Optional.of(Duration.ofMillis(Long.parseLong(millis)))
        : Optional.empty();
  }

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** Missing when the body is no JSON. */
  JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (IOException notJson) {
      return JSON.missingNode();
    }
  }
}
