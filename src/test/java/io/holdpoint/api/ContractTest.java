package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.auth.AuthError;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.Direction;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Hold;
import io.holdpoint.task.InstanceStatus;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.StepState;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.holdpoint.task.WebhookPause;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the contract says of itself, held against the code. */
class ContractTest {
  private static final Set<String> BY_HAND = Set.of("InterruptLogstashTask", "ResumeLogstashTask");

  private static Vertx vertx;
  private static Contract contract;

  @BeforeAll
  static void load() throws Exception {
    vertx = Vertx.vertx();
    contract = Contract.load(vertx).await(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void acceptsAHandlerForEveryOperation() {
    assertThatCode(() -> ContractRouter.requireSame(contract, handled(), BY_HAND))
        .doesNotThrowAnyException();
  }

  @Test
  void findsAnOperationWithoutAHandler() {
    Set<String> handled = handled();
    handled.remove("ListLogstash");

    assertThatThrownBy(() -> ContractRouter.requireSame(contract, handled, BY_HAND))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ListLogstash");
    assertThatThrownBy(
            () -> ContractRouter.requireSame(contract, handled(), Set.of("ResumeLogstashTask")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void findsAHandlerWithoutAnOperation() {
    Set<String> handled = handled();
    handled.add("DeleteLogstash");

    assertThatThrownBy(() -> ContractRouter.requireSame(contract, handled, BY_HAND))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("DeleteLogstash");
  }

  private static Set<String> handled() {
    return operations().stream()
        .map(Operation::getOperationId)
        .filter(id -> !BY_HAND.contains(id))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** A path with two readings would be one route here and another one there. */
  @Test
  void hasNoPathThatOnlyAnEncodingTellsApart() {
    assertThat(operations())
        .extracting(Operation::getOpenAPIPath)
        .allMatch(path -> path.matches("(/[a-z0-9.-]+|/\\{(InstanceId|Name|NodeId|Step)})+"));
  }

  @Test
  void listsExactlyTheCodesThatTheServiceHas() {
    Set<String> listed = new TreeSet<>();
    responses().forEach(response -> listed.addAll(response.codes()));

    assertThat(listed)
        .isEqualTo(
            Stream.concat(
                    Arrays.stream(ApiError.values()).map(ApiError::code),
                    Arrays.stream(AuthError.values()).map(AuthError::code))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void explainsEveryCodeThatItLists() {
    for (Response response : responses()) {
      String text = response.document().getString("description");
      assertThat(response.codes())
          .as(response.toString())
          .allMatch(code -> text.contains("`" + code + "`") || text.contains("As for interrupt,"));
    }
  }

  @Test
  void listsNoCodeUnderAnotherStatus() {
    for (ApiError error : ApiError.values()) {
      assertThat(responses())
          .filteredOn(response -> response.codes().contains(error.code()))
          .isNotEmpty()
          .allMatch(response -> response.status().matches("default|" + error.status()));
    }
  }

  @Test
  void speaksTheWordsOfTheDomain() {
    assertThat(words("Event", "properties", "kind")).isEqualTo(texts(EventKind.values()));
    assertThat(words("TaskState")).isEqualTo(texts(TaskState.values()));
    assertThat(words("InterruptMode")).isEqualTo(texts(InterruptMode.values()));
    assertThat(words("Hold")).isEqualTo(texts(Hold.values()));
    assertThat(words("Task", "properties", "direction")).isEqualTo(texts(Direction.values()));
    assertThat(words("Step", "properties", "state")).isEqualTo(texts(StepState.values()));
    assertThat(words("Instance", "properties", "status")).isEqualTo(texts(InstanceStatus.values()));
    assertThat(words("Webhook", "properties", "paused")).isEqualTo(texts(WebhookPause.values()));
    assertThat(words("AuditDecision")).isEqualTo(texts(AuditDecision.values()));
  }

  private static Set<String> words(String... path) {
    JsonObject at =
        contract.parsed().getRawContract().getJsonObject("components").getJsonObject("schemas");
    for (String name : path) {
      at = at.getJsonObject(name);
    }
    return at.getJsonArray("enum").stream()
        .filter(Objects::nonNull)
        .map(String::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> texts(Term... words) {
    return Arrays.stream(words).map(Term::text).collect(Collectors.toCollection(TreeSet::new));
  }

  /** The witness of the replies can see what it is there for. */
  @Test
  void aMemberThatIsNotDescribedIsFound() {
    JsonObject part = new JsonObject("{'properties':{'b':{'type':'string'}}}".replace('\'', '"'));
    JsonObject list = new JsonObject().put("items", part);
    JsonObject schema =
        new JsonObject()
            .put("properties", new JsonObject().put("a", list))
            .put("allOf", new JsonArray().add(part));
    JsonArray items = new JsonArray().add(new JsonObject().put("b", 1).put("c", 1));
    JsonObject value = new JsonObject().put("a", items).put("b", "").put("d", 1);

    assertThat(ContractWitness.undescribed(value, List.of(schema), ""))
        .containsExactlyInAnyOrder("/a/0/c", "/d");
  }

  private static List<Operation> operations() {
    return contract.parsed().operations();
  }

  private record Response(String operation, String status, JsonObject document) {
    List<String> codes() {
      return document.getJsonArray("x-holdpoint-codes", new JsonArray()).stream()
          .map(String::valueOf)
          .toList();
    }

    @Override
    public String toString() {
      return operation + " " + status;
    }
  }

  private static List<Response> responses() {
    List<Response> all = new ArrayList<>();
    for (Operation operation : operations()) {
      for (Map.Entry<String, Object> entry :
          operation.getOpenAPIModel().getJsonObject("responses")) {
        // Beside the responses stand marks of the parser.
        if (entry.getValue() instanceof JsonObject document) {
          all.add(new Response(operation.getOperationId(), entry.getKey(), document));
        }
      }
    }
    return all;
  }
}
