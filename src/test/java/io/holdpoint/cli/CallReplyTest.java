package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.cli.CallReply.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each reply means to a script. */
class CallReplyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"Result\":true,\"RequestId\":\"r\"}              | DONE",
        "200 | {\"Result\":{\"a\":false},\"RequestId\":\"r\"}     | DONE",
        "200 | {\"Result\":null,\"RequestId\":\"r\"}              | DONE",
        "200 | {\"RequestId\":\"r\"}                              | DONE",
        "200 | {\"Result\":false,\"RequestId\":\"r\"}             | FALSE",
        "200 | {\"Result\":true}                                  | STRANGE",
        "200 | <html>Please sign in</html>                        | STRANGE",
        "200 | ''                                                 | STRANGE",
        "302 | ''                                                 | STRANGE",
        "400 | {\"Code\":\"InstanceNotFound\"}                    | REFUSED",
        "400 | {\"Code\":\"SignatureDoesNotMatch\"}               | REFUSED",
        "403 | {\"Code\":\"Forbidden.RAM\"}                       | REFUSED",
        "404 | not here                                           | REFUSED",
        "400 | {\"Code\":\"Throttling.User\"}                     | THROTTLED",
        "429 | slow down                                          | THROTTLED",
        "400 | {\"Code\":\"TokenPreviousRequestProcessError\"}    | UNAVAILABLE",
        "502 | bad gateway                                        | UNAVAILABLE",
        "503 | {\"Code\":\"ServiceUnavailable\"}                  | UNAVAILABLE",
        "504 | ''                                                 | UNAVAILABLE",
        "500 | {\"Code\":\"InternalError\"}                       | STRANGE",
      })
  void replyMeans(int status, String body, Verdict verdict) {
    assertThat(reply(status, body).verdict(true)).isEqualTo(verdict);
  }

  @Test
  void operationWithoutAnEnvelopeIsDoneByItsStatus() {
    assertThat(reply(200, "openapi: 3.1.0").verdict(false)).isEqualTo(Verdict.DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "Throttling.User, true",
    "Forbidden.RAM, true",
    "InvalidAccessKeyId.Inactive, true",
    "SignatureNonceUsed, true",
    "InvalidTimeStamp.Expired, true",
    "InstanceNotFound, false",
    "IdempotentParameterMismatch, false",
  })
  void refusalsThatSayNothingAboutTheTokenAreKnown(String code, boolean before) {
    assertThat(reply(400, "{\"Code\":\"" + code + "\"}").refusedBeforeToken()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"250, PT0.25S", "'',", "-5,", "soon,", "99999999999,"})
  void waitIsReadInMilliseconds(String header, Duration wait) {
    CallReply reply = new CallReply(503, Map.of("x-acs-retry-after", header), new byte[0]);

    assertThat(reply.retryAfter().orElse(null)).isEqualTo(wait);
  }

  @Test
  void codeThatIsNoneIsNotRepeated() {
    assertThat(reply(400, "{\"Code\":\"\\u001b[2J\"}").code()).isEmpty();
  }

  private static CallReply reply(int status, String body) {
    return new CallReply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }
}
