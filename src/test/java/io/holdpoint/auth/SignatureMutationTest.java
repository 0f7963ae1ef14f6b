package io.holdpoint.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.RequestOutcomes.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of changed requests; the soak runs have millions. */
class SignatureMutationTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverIsAcceptedMeansWhatWasSigned(long seed) {
    MutationRun run = new MutationRun(seed);

    run.run(400);

    for (Mutation mutation : Mutation.values()) {
      assertThat(run.refused.getOrDefault(mutation, 0)).as("refused " + mutation).isPositive();
    }
    assertThat(run.equivalent)
        .containsKeys(
            Mutation.SPELLING_OF_THE_TARGET,
            Mutation.PAIR,
            Mutation.ORDER_OF_HEADERS,
            Mutation.AUTHORIZATION);
  }

  /** One header at a time and in pairs, over requests that are refused for different reasons. */
  @ParameterizedTest
  @EnumSource(ReferenceClient.class)
  void noStrippedRepeatedOrMovedHeaderMakesARefusedRequestGood(ReferenceClient client) {
    WireRequest good =
        client.sign(
            SignedRequests.interrupt(client, SignedRequests.INTERRUPT)
                .header("content-md5", Hashes.EMPTY_MD5),
            "testid",
            RequestOutcomes.secretOf("testid"));
    assertThat(RequestOutcomes.of(good)).isEqualTo(Outcome.ACCEPTED);
    WireRequest otherSecret =
        client.sign(
            SignedRequests.interrupt(client, SignedRequests.INTERRUPT).header("via", "1"),
            "testid",
            "other");
    for (WireRequest refused :
        List.of(
            good.method("PUT"),
            good.target(SignedRequests.INTERRUPT + "?clientToken=other"),
            good.replace("x-acs-action", "ResumeLogstashTask"),
            good.body("{}").replace("content-md5", Hashes.md5Base64("{}".getBytes(UTF_8))),
            otherSecret)) {
      for (int i = 0; i < refused.headers().size(); i++) {
        assertRefused(without(refused, i));
        for (int j = 0; j < refused.headers().size(); j++) {
          assertRefused(repeated(refused, i, j));
          assertRefused(without(repeated(refused, i, j), i));
          assertRefused(without(without(refused, i), j % (refused.headers().size() - 1)));
        }
      }
    }
  }

  @Test
  void theOrderOfHeadersIsNeverWhatDecides() {
    Random random = new Random(7);
    RandomRequest requests = new RandomRequest(random);
    for (ReferenceClient client : ReferenceClient.values()) {
      WireRequest signed =
          client.sign(requests.next(client), "key", RequestOutcomes.secretOf("key"));
      WireRequest twice = signed.header("Accept", "a").header("Accept", "b");
      for (WireRequest request : List.of(signed, twice, signed.header("x-acs-new", "1"))) {
        Outcome outcome = RequestOutcomes.of(request);
        List<WireRequest.Header> headers = new ArrayList<>(request.headers());
        for (int i = 0; i < headers.size(); i++) {
          Collections.rotate(headers, 1);
          assertThat(RequestOutcomes.of(request.headers(headers))).isEqualTo(outcome);
        }
      }
    }
  }

  private static void assertRefused(WireRequest request) {
    assertThat(RequestOutcomes.of(request)).as(request::toString).isEqualTo(Outcome.REFUSED);
  }

  private static WireRequest without(WireRequest request, int index) {
    List<WireRequest.Header> headers = new ArrayList<>(request.headers());
    headers.remove(index);
    return request.headers(headers);
  }

  private static WireRequest repeated(WireRequest request, int from, int to) {
    List<WireRequest.Header> headers = new ArrayList<>(request.headers());
    headers.add(to, headers.get(from));
    return request.headers(headers);
  }
}
