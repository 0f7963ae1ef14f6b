package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.cli.CallOperation.Body;
import io.holdpoint.cli.CallOperation.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation that the contract publishes can be called by its id. */
class CallContractTest {
  private static final CallContract CONTRACT = CallContract.load();

  static Stream<CallOperation> operations() {
    return CONTRACT.operations().values().stream();
  }

  @Test
  void allOperationsOfTheDocumentAreThere() throws IOException {
    try (var in = CallContract.class.getResourceAsStream("/openapi.yaml")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<String> ids =
          Pattern.compile("operationId: (\\w+)")
              .matcher(text)
              .results()
              .map((MatchResult match) -> match.group(1))
              .toList();

      assertThat(CONTRACT.operations().keySet())
          .containsExactlyElementsOf(
              ids.stream().filter(id -> !id.equals("FollowEvents")).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void itsPathIsCompleteWithItsRequiredParameters(CallOperation operation) {
    Map<String, String> values = new HashMap<>();
    operation.required().forEach(each -> values.put(each.name(), "1"));
    byte[] body = operation.body() == Body.REQUIRED ? new byte[] {'{', '}'} : new byte[0];

    CallRequest request =
        new CallRequest(CallEndpoint.parse(CallEndpoint.DEFAULT), operation, values, body);

    assertThat(request.rawPath()).isEqualTo(operation.path().replaceAll("\\{\\w+}", "1"));
    assertThat(request.method()).isIn("GET", "POST", "PUT", "DELETE");
    assertThat(operation.changing()).isEqualTo(!request.method().equals("GET"));
  }

  @Test
  void interruptIsKnownWithAllThatItTakes() {
    CallOperation interrupt = CONTRACT.operation("InterruptLogstashTask");

    assertThat(interrupt.method()).isEqualTo("POST");
    assertThat(interrupt.path()).isEqualTo("/openapi/logstashes/{InstanceId}/actions/interrupt");
    assertThat(interrupt.body()).isEqualTo(Body.NONE);
    assertThat(interrupt.changing()).isTrue();
    assertThat(interrupt.json()).isTrue();
    assertThat(interrupt.takesClientToken()).isTrue();
    assertThat(interrupt.parameters().keySet())
        .containsExactly(
            "InstanceId", "clientToken", "x-holdpoint-interrupt-mode", "x-holdpoint-reason");
    assertThat(interrupt.parameters().get("x-holdpoint-reason").place()).isEqualTo(Place.HEADER);
  }

  @Test
  void onlyTheContractIsNoEnvelope() {
    assertThat(operations().filter(each -> !each.json()).map(CallOperation::id))
        .containsExactly("GetContract");
  }

  @Test
  void aStreamIsRefusedWithTheWayToFollowIt() {
    assertThatThrownBy(() -> CONTRACT.operation("FollowEvents"))
        .isInstanceOf(CallUsageException.class)
        .hasMessageContaining("curl --no-buffer, at /v1/events");
  }

  @Test
  void unknownOperationIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> CONTRACT.operation("InterruptTask"))
        .isInstanceOf(CallUsageException.class)
        .hasMessageContaining("InterruptLogstashTask");
  }
}
