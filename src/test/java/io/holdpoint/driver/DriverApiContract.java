package io.holdpoint.driver;

import static io.holdpoint.driver.DriverFixture.at;
import static io.holdpoint.driver.DriverFixture.get;
import static io.holdpoint.driver.DriverFixture.refusal;
import static io.holdpoint.driver.DriverFixture.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdpoint.task.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every driver of real hosts promises about a node's API. */
abstract class DriverApiContract extends DriverContract {

  /** Another one, which waits so long for the API of a node; closed with the others. */
  abstract NodeDriver driverThatWaits(Duration answerLimit);

  @Test
  void theApiAnswersWithTheCredentialOfTheNode() throws IOException {
    try (ApiStandIn api = ApiStandIn.plain()) {
      api.answer(200, "{\"status\":\"grün\"}");

      ApiReply reply = get(driver().get(at(node(), api.endpoint()), "/_node?graph=true"));

      assertEquals(new ApiReply(200, "{\"status\":\"grün\"}"), reply);
      String pair = "monitor:s3cret: with colon";
      String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      assertEquals(List.of("Basic " + encoded), api.authorizations());
      assertEquals(List.of(api.endpoint().substring("http://".length())), api.hosts());
    }
  }

  @Test
  void aRefusedLoginAndARedirectAreAnswers() throws IOException {
    try (ApiStandIn api = ApiStandIn.plain()) {
      for (int status : new int[] {401, 302, 500}) {
        api.answer(status, "");
        assertEquals(new ApiReply(status, ""), get(driver().get(at(node(), api.endpoint()), "/")));
      }
    }
  }

  @Test
  void anEndlessAnswerIsCutOff() throws IOException {
    try (ApiStandIn api = ApiStandIn.plain()) {
      api.answer(200, "x".repeat(5 * NodeDriver.MAX_BYTES));

      ApiReply reply = get(driver().get(at(node(), api.endpoint()), "/"));

      assertEquals(NodeDriver.MAX_BYTES, reply.body().length());
    }
  }

  @Test
  void onlyThePinnedAuthorityIsTrusted() throws Exception {
    String certificate =
        ApiStandIn.certificate(ApiStandIn.store(root.resolve("node.p12"), "localhost"));
    String other = ApiStandIn.certificate(ApiStandIn.store(root.resolve("b.p12"), "localhost"));
    try (ApiStandIn api = ApiStandIn.tls(root.resolve("node.p12"))) {
      Node node = at(node(), api.endpoint());

      assertEquals(200, get(driver().get(with(node, "apiCa", certificate), "/")).status());
      for (Node untrusting : List.of(node, with(node, "apiCa", other))) {
        NodeException refusal = refusal(driver().get(untrusting, "/"));
        assertEquals(NodeException.Kind.REFUSED, refusal.kind(), refusal.getMessage());
      }
      assertEquals(
          "node-1 has no usable setting apiCa",
          refusal(driver().get(with(node, "apiCa", "none"), "/")).getMessage());
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    String certificate =
        ApiStandIn.certificate(ApiStandIn.store(root.resolve("node.p12"), "elsewhere"));
    try (ApiStandIn api = ApiStandIn.tls(root.resolve("node.p12"))) {
      Node node = with(at(node(), api.endpoint()), "apiCa", certificate);

      assertEquals(NodeException.Kind.REFUSED, refusal(driver().get(node, "/")).kind());
    }
  }

  @Test
  @Timeout(15)
  void anApiThatNeverAnswersIsGivenUp() throws IOException {
    NodeDriver impatient = driverThatWaits(Duration.ofMillis(500));
    try (ServerSocket blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String endpoint = "http://127.0.0.1:" + blackHole.getLocalPort();

      CompletionStage<ApiReply> asked = impatient.get(at(node(), endpoint), "/");

      assertFalse(asked.toCompletableFuture().isDone(), "it answers at once");
      NodeException late = refusal(asked);
      assertEquals(NodeException.Kind.UNREACHABLE, late.kind());
      assertTrue(String.valueOf(late.getMessage()).contains(endpoint), late.getMessage());
    }
  }

  @Test
  void anApiThatIsNotThereIsUnreachableAndNoneIsRefused() throws IOException {
    int free;
    try (ServerSocket closed = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      free = closed.getLocalPort();
    }

    NodeException away = refusal(driver().get(at(node(), "http://127.0.0.1:" + free), "/"));

    assertEquals(NodeException.Kind.UNREACHABLE, away.kind());
    NodeException none = refusal(driver().get(node(), "/"));
    assertEquals("node-1 has no apiEndpoint", none.getMessage());
    assertEquals(NodeException.Kind.REFUSED, none.kind());
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aCallReturnsAtOnceWhateverTheNodeDoes() throws IOException {
    try (ServerSocket blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ApiStandIn api = ApiStandIn.plain()) {
      Node silent = at(node(), "http://127.0.0.1:" + blackHole.getLocalPort());
      for (int i = 0; i < 5; i++) {
        driver().get(silent, "/").exceptionally(late -> new ApiReply(0, ""));
      }

      assertEquals(200, get(driver().get(at(node(), api.endpoint()), "/")).status());
    }
  }
}
