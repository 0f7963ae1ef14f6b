package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.auth.QueryParameter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent is what is signed, wherever a parameter goes. */
class CallRequestTest {
  private static final CallContract CONTRACT = CallContract.load();
  private static final CallEndpoint HERE = CallEndpoint.parse("http://127.0.0.1:8080");

  @Test
  void parametersGoWhereTheContractSays() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("InstanceId", "ls-cn-1");
    values.put("clientToken", "a+b/c");
    values.put("x-holdpoint-reason", " the disk ");

    CallRequest request = request("InterruptLogstashTask", values, "");

    assertThat(request.uri())
        .hasToString(
            "http://127.0.0.1:8080/openapi/logstashes/ls-cn-1/actions/interrupt"
                + "?clientToken=a%2Bb%2Fc");
    assertThat(request.query()).containsExactly(new QueryParameter("clientToken", "a+b/c", true));
    assertThat(signedHeaders(request))
        .containsEntry("host", "127.0.0.1:8080")
        .containsEntry("accept", "application/json")
        .containsEntry("x-holdpoint-reason", "the disk")
        .doesNotContainKey("content-type");
    assertThat(request.sentHeaders()).doesNotContainKey("host");
  }

  @Test
  void valuesAreEncodedOnTheWayAndPlainForTheSignature() {
    Map<String, String> values = Map.of("InstanceId", "a b/ü~*");

    CallRequest request = request("DescribeLogstash", values, "");

    assertThat(request.rawPath()).isEqualTo("/openapi/logstashes/a%20b%2F%C3%BC~%2A");
    assertThat(request.segments()).endsWith("a b/ü~*");
    assertThat(request.uri().getRawPath()).isEqualTo(request.rawPath());
  }

  @Test
  void bodyIsJson() {
    CallRequest request = request("PutInstanceNodes", Map.of("InstanceId", "ls"), "{\"nodes\":[]}");

    assertThat(request.method()).isEqualTo("PUT");
    assertThat(signedHeaders(request)).containsEntry("content-type", "application/json");
    assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("{\"nodes\":[]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void valueThatWouldBeAnotherPathIsRefused(String instance) {
    assertThatThrownBy(() -> request("DescribeLogstash", Map.of("InstanceId", instance), ""))
        .isInstanceOf(CallUsageException.class);
  }

  @Test
  void headerCannotBeSplit() {
    Map<String, String> values = Map.of("InstanceId", "ls", "x-holdpoint-reason", "a\r\nb: c");

    assertThatThrownBy(() -> request("InterruptLogstashTask", values, ""))
        .isInstanceOf(CallUsageException.class)
        .hasMessageContaining("x-holdpoint-reason");
  }

  @ParameterizedTest
  @CsvSource({
    "DescribeLogstash, '', '', --instance",
    "PutCredential, '', {}, --param Name",
    "PutInstanceNodes, InstanceId, '', --body",
    "InterruptLogstashTask, InstanceId, {}, no --body",
    "ListLogstash, InstanceId, '', no parameter InstanceId",
    "PutInstanceNodes, clientToken, {}, no parameter clientToken",
  })
  void whatTheOperationDoesNotTakeOrLacksIsRefused(
      String operation, String name, String body, String said) {
    Map<String, String> values = name.isEmpty() ? Map.of() : Map.of(name, "x");

    assertThatThrownBy(() -> request(operation, values, body))
        .isInstanceOf(CallUsageException.class)
        .hasMessageContaining(said);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080, http://127.0.0.1:8080",
    "http://127.0.0.1:8080/, http://127.0.0.1:8080",
    "HTTPS://brake.example:443, https://brake.example",
    "http://brake.example:80, http://brake.example",
    "https://brake.example:80, https://brake.example:80",
    "http://[::1]:8080, http://[::1]:8080",
  })
  void endpointIsWhereItSays(String given, String used) {
    assertThat(CallEndpoint.parse(given)).hasToString(used);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:8080",
        "ftp://h",
        "http://",
        "http://u:p@h",
        "http://h/v1",
        "http://h?a",
        "http://h:70000",
        "http://h#f",
        "http:h",
        "http://a b"
      })
  void endpointThatIsNoneIsRefusedWithoutRepeatingIt(String given) {
    List<String> quoted = List.of("u:p", "127.0.0.1");

    assertThatThrownBy(() -> CallEndpoint.parse(given))
        .isInstanceOf(CallUsageException.class)
        .hasMessageContaining("http://host:port")
        .satisfies(refused -> assertThat(quoted).noneMatch(refused.getMessage()::contains));
  }

  private static CallRequest request(String operation, Map<String, String> values, String body) {
    return new CallRequest(
        HERE, CONTRACT.operation(operation), values, body.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> signedHeaders(CallRequest request) {
    Map<String, String> headers = new HashMap<>();
    request.headers(headers::put);
    return headers;
  }
}
