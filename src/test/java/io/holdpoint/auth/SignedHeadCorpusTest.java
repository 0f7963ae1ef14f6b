package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every head that the search started from or found worth keeping. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class SignedHeadCorpusTest {
  private static final Path CORPUS =
      Path.of("src/test/resources/io/holdpoint/auth/SignedHeadFuzzInputs/noHeadEscapes");

  private static List<Path> heads() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("heads")
  void noHeadEscapes(Path head) throws IOException {
    FuzzedHead.check(Files.readAllBytes(head));
  }

  /** So that what is checked of an accepted head is checked at all. */
  @ParameterizedTest
  @MethodSource("worked")
  void theWorkedExamplesAreAmongThem(String name) throws IOException {
    WireRequest worked = FuzzedHead.request(Files.readAllBytes(CORPUS.resolve(name)));

    assertThatCode(() -> SignedRequests.verify(worked)).doesNotThrowAnyException();
  }

  private static List<String> worked() {
    return List.of("worked-roa", "worked-acs3", "worked-acs3-other-order");
  }

  @Test
  void aHeadOfTheLargestSizeIsReadAtOnce() {
    for (String piece : List.of(";", ",", "a;", "Signature=,", "x-acs-a:\n", "x:\n", "\n", ":")) {
      FuzzedHead.check(
          ("authorization:ACS3-HMAC-SHA256 SignedHeaders=" + piece.repeat(16_384 / piece.length()))
              .getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
