package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthErrorTest {
  /** Clients match on these words, so they are written down a second time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MISSING_ACCESS_KEY_ID | 400 | MissingAccessKeyId | AccessKeyId is mandatory for this action.
          INCOMPLETE_SIGNATURE | 400 | IncompleteSignature | The request signature does not conform to Aliyun standards.
          INVALID_SIGNATURE_METHOD | 400 | InvalidSignatureMethod | Specified signature method is not valid.
          MISSING_TIMESTAMP | 400 | IllegalTimestamp | The input parameter "Timestamp" that is mandatory for processing this request is not supplied.
          INVALID_TIMESTAMP | 400 | InvalidTimeStamp.Format | Specified time stamp or date value is not well formatted.
          TIMESTAMP_EXPIRED | 400 | InvalidTimeStamp.Expired | Specified time stamp or date value is expired.
          KEY_NOT_FOUND | 404 | InvalidAccessKeyId.NotFound | Specified access key is not found.
          KEY_DISABLED | 400 | InvalidAccessKeyId.Inactive | Specified access key is disabled.
          SIGNATURE_DOES_NOT_MATCH | 400 | SignatureDoesNotMatch | Specified signature is not matched with our calculation.
          CONTENT_MD5_NOT_MATCHED | 400 | ContentMD5NotMatched | Specified content md5 is not matched with your request body.
          NONCE_USED | 400 | SignatureNonceUsed | Specified signature nonce was used already.
          """)
  void saysWhatTheGatewaySays(AuthError error, int status, String code, String message) {
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).isEqualTo(message);
  }

  @Test
  void theWrongHashOfABodyIsAWrongSignatureThatSaysWhy() {
    AuthError error = AuthError.CONTENT_SHA256_NOT_MATCHED;

    assertThat(error.code()).isEqualTo(AuthError.SIGNATURE_DOES_NOT_MATCH.code());
    assertThat(error.message())
        .startsWith(AuthError.SIGNATURE_DOES_NOT_MATCH.message())
        .contains("x-acs-content-sha256");
  }
}
