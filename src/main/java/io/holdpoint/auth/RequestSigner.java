package io.holdpoint.auth;

import io.holdpoint.auth.RoaSha1Text.EmptyValues;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Signs requests as a client. Under ACS3 it signs {@code host}, {@code content-type}, and every
 * header that begins with {@code x-acs-} or {@code x-holdpoint-}; under ROA-SHA1 what the scheme
 * signs, with {@code Content-MD5} for a body.
 */
public final class RequestSigner {
  private static final String OWN_PREFIX = "x-holdpoint-";

  private final SignatureScheme scheme;
  private final String keyId;
  private final byte[] secret;
  private final InstantSource clock;
  private final Supplier<String> nonces;

  /**
   * @param secret its UTF-8 bytes, not empty
   * @param nonces gives a new visible ASCII text each time
   * @throws IllegalArgumentException when the key id is none or the secret is empty
   */
  public RequestSigner(
      SignatureScheme scheme,
      String keyId,
      byte[] secret,
      InstantSource clock,
      Supplier<String> nonces) {
    if (!AuthorizationHeader.isKeyId(keyId) || secret.length == 0) {
      throw new IllegalArgumentException("an access key has an id and a secret");
    }
    this.scheme = scheme;
    this.keyId = keyId;
    this.secret = secret.clone();
    this.clock = clock;
    this.nonces = nonces;
  }

  /**
   * The headers to add to the request, in the order to send them; all others are in it already.
   *
   * @throws IllegalArgumentException when the request has one of them or repeats a signed one, or
   *     when ROA-SHA1 cannot sign its query (an ampersand in a value, for one); ACS3 signs any
   */
  public Map<String, String> sign(SignedRequest request) {
    Map<String, String> added = new LinkedHashMap<>();
    Instant now = clock.instant();
    byte[] body = request.body();
    if (scheme == SignatureScheme.ROA_SHA1) {
      added.put("Date", SignatureTime.httpDate(now));
      added.put("x-acs-signature-method", scheme.method());
      added.put("x-acs-signature-version", "1.0");
      if (body.length > 0) {
        added.put("Content-MD5", Hashes.md5Base64(body));
      }
    } else {
      added.put("x-acs-date", SignatureTime.isoTime(now));
      added.put("x-acs-content-sha256", Hashes.sha256Hex(body));
    }
    added.put("x-acs-signature-nonce", nonces.get());
    HeaderFields fields = fields(request, added);
    added.put(
        "Authorization",
        scheme == SignatureScheme.ROA_SHA1 ? roa(request, fields) : acs3(request, fields));
    return added;
  }

  private static HeaderFields fields(SignedRequest request, Map<String, String> added) {
    try {
      HeaderFields fields = HeaderFields.of(request, added);
      if (fields.value("authorization") == null) {
        return fields;
      }
    } catch (AuthException repeated) {
      // Said below.
    }
    throw new IllegalArgumentException("the request has a header that signing adds, or one twice");
  }

  private String roa(SignedRequest request, HeaderFields fields) {
    RoaSha1Text text = RoaSha1Text.of(request, fields);
    if (!text.isUnambiguous()) {
      throw new IllegalArgumentException("ROA-SHA1 cannot sign this query; sign with ACS3");
    }
    byte[] signature =
        Hashes.roaSignature(secret, text.with(request.rawPath(), EmptyValues.AS_SENT));
    return scheme.prefix() + ' ' + keyId + ':' + Base64.getEncoder().encodeToString(signature);
  }

  private String acs3(SignedRequest request, HeaderFields fields) {
    List<String> names = fields.names().stream().filter(RequestSigner::isSigned).toList();
    byte[] signature = Hashes.acs3Signature(secret, Acs3Text.of(request, fields, names).asSent());
    return scheme.prefix()
        + " Credential="
        + keyId
        + ",SignedHeaders="
        + String.join(";", names)
        + ",Signature="
        + Hashes.hex(signature);
  }

  private static boolean isSigned(String name) {
    return name.equals("host")
        || name.equals("content-type")
        || name.startsWith(HeaderFields.SIGNED_PREFIX)
        || name.startsWith(OWN_PREFIX);
  }

  /** The scheme and the key id, never the secret. */
  @Override
  public String toString() {
    return "RequestSigner[" + scheme + " " + keyId + "]";
  }
}
