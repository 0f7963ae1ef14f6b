package io.holdpoint.auth;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The search for a head that escapes the two readers of Authorization, guided by coverage; run by
 * {@code mvn -Psoak verify} only. What it has found interesting is kept beside the test's
 * resources, where {@link SignedHeadCorpusTest} reads it in every build.
 */
class SignedHeadFuzz {
  @DictionaryEntries({
    "authorization:acs ",
    "authorization:ACS3-HMAC-SHA256 ",
    "Credential=",
    "SignedHeaders=",
    "Signature=",
    "x-acs-date:2026-01-01T00:00:00Z",
    "date:Thu, 01 Jan 2026 00:00:00 GMT",
    "x-acs-content-sha256:",
    "x-acs-signature-nonce:",
    "x-acs-signature-method:HMAC-SHA1",
    "x-acs-security-token:",
    "content-md5:",
    ";x-acs-"
  })
  @FuzzTest(maxDuration = "2m")
  void noHeadEscapes(byte[] head) {
    FuzzedHead.check(head);
  }
}
