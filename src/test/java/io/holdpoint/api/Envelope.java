package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.RawHttp.Reply;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What every refusal looks like, word for word. The words stand here a second time on purpose:
 * clients compare them, so a change of them must be seen.
 */
final class Envelope {
  static final Pattern REQUEST_ID =
      Pattern.compile("[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}");

  private static final Pattern INSIDE =
      Pattern.compile("Exception|\\bat [a-z]+\\.|(io|java|com|org)\\.[a-z]+\\.|[Ss]tack|SQL");

  private static final Map<String, String> MESSAGES =
      Map.ofEntries(
          Map.entry("InstanceNotFound", "The instanceId provided does not exist."),
          Map.entry(
              "InstanceStatusNotSupportCurrentAction",
              "The cluster is running tasks or in an error status. Try again later."),
          Map.entry(
              "IdempotentParameterMismatch", "The request is retried with updated parameters."),
          Map.entry("InvalidClientToken", "Specified parameter clientToken is not valid."),
          Map.entry("InvalidParameter", "The specified value of parameter \"%s\" is not valid."),
          Map.entry(
              "MissingParameter",
              "The input parameter \"%s\" that is mandatory for processing this request is not"
                  + " supplied."),
          Map.entry(
              "RestartBatchValueError",
              "A forced restart needs a batchCount over 0 and up to 100."),
          Map.entry("NormalRestartNotSupportBatch", "A batchCount is for a forced restart only."),
          Map.entry(
              "InvalidApi.NotFound",
              "Specified api is not found, please check your url and method."),
          Map.entry("UnsupportedHTTPMethod", "This http method is not supported."),
          Map.entry("RequestBodyTooLarge", "The request body is larger than allowed."),
          Map.entry("RequestUriTooLong", "The request line is too long."),
          Map.entry("RequestHeaderTooLarge", "The request headers are too large."),
          Map.entry("InvalidProtocol.NeedSsl", "Your request is denied as lack of ssl protect."),
          Map.entry("Throttling.User", "Request was denied due to user flow control."),
          Map.entry(
              "ServiceUnavailable",
              "The request has failed due to a temporary failure of the server."));

  private static final Map<String, Integer> NOT_400 =
      Map.of(
          "InvalidApi.NotFound", 404,
          "UnsupportedHTTPMethod", 405,
          "RequestBodyTooLarge", 413,
          "RequestUriTooLong", 414,
          "RequestHeaderTooLarge", 431,
          "ServiceUnavailable", 503);

  private Envelope() {}

  /**
   * @param name the parameter that the message names; empty when it names none
   */
  static void assertRefused(Reply reply, String code, String name) {
    JsonObject body = assertEnvelope(reply);
    assertThat(body.getString("Code")).as(reply.body()).isEqualTo(code);
    if (!code.equals("InvalidRequest")) {
      assertThat(body.getString("Message")).isEqualTo(MESSAGES.get(code).formatted(name));
    }
    assertThat(reply.status()).isEqualTo(NOT_400.getOrDefault(code, 400));
  }

  /** Every member, nothing else, and nothing from inside. */
  static JsonObject assertEnvelope(Reply reply) {
    assertThat(reply.header("content-type")).isEqualTo("application/json;charset=utf-8");
    assertThat(reply.header("content-length")).isEqualTo(String.valueOf(reply.body().length()));
    assertThat(reply.header("retry-after")).isNull();
    JsonObject body = new JsonObject(reply.body());
    assertThat(body.fieldNames())
        .containsExactly("RequestId", "HostId", "Code", "Message", "Recommend");
    assertThat(body.getMap().values()).allMatch(value -> !value.toString().isEmpty());
    assertThat(body.getString("RequestId"))
        .matches(REQUEST_ID)
        .isEqualTo(reply.header("x-acs-request-id"));
    assertThat(INSIDE.matcher(reply.body()).find()).as(reply.body()).isFalse();
    return body;
  }
}
