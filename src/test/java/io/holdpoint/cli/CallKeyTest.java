package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.auth.SignatureScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a secret comes from, and what half a key is told. */
class CallKeyTest {
  private static final String SECRET = "hush-hush-hush-hush";
  private static final CallEnvironment NOTHING = CallEnvironment.of(Map.of());
  private static final CallEnvironment BESIDE =
      CallEnvironment.of(Map.of(CallEnvironment.ACCESS_KEY_SECRET, SECRET));

  @TempDir Path directory;

  @Test
  void withoutAKeyNothingIsSigned() {
    assertThat(signer("", NOTHING, null, null).apply(request("ls"))).isEmpty();
  }

  @Test
  void keySignsEachTimeAnew() {
    Function<CallRequest, Map<String, String>> signer = signer("key-1", BESIDE, null, null);

    Map<String, String> first = signer.apply(request("ls"));

    assertThat(first.get("Authorization"))
        .startsWith("ACS3-HMAC-SHA256 Credential=key-1,SignedHeaders=host;");
    assertThat(signer.apply(request("ls")).get("x-acs-signature-nonce"))
        .isNotEqualTo(first.get("x-acs-signature-nonce"));
    assertThat(first.toString() + signer + BESIDE).doesNotContain(SECRET);
  }

  @Test
  void fileWinsOverTheEnvironmentAndItOverThePrompt() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), "another-one-altogether\n");
    Path bare = Files.writeString(directory.resolve("bare"), "another-one-altogether");

    assertThat(secret(BESIDE, file, "entered")).isEqualTo("another-one-altogether");
    assertThat(secret(BESIDE, bare, null)).isEqualTo("another-one-altogether");
    assertThat(secret(BESIDE, null, "entered")).isEqualTo(SECRET);
    assertThat(secret(NOTHING, null, "entered")).isEqualTo("entered");
    assertThat(secret(NOTHING, null, null)).isEmpty();
  }

  @Test
  void halfOfAKeyIsRefused() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), "\n");
    Path tooLong = Files.writeString(directory.resolve("long"), "x".repeat(1_025));

    assertRefused("", BESIDE, null, "no access key id");
    assertRefused("", NOTHING, empty, "no access key id");
    assertRefused("key-1", NOTHING, null, "no secret");
    assertRefused("key-1", NOTHING, empty, "no secret");
    assertRefused("key-1", NOTHING, tooLong, "longer");
    assertRefused("key-1", NOTHING, directory.resolve("nowhere"), "cannot be read");
    assertRefused("no key", BESIDE, null, "access key id");
  }

  @Test
  void queryThatRoaSha1CannotSignIsRefused() {
    CallOperation list = CallContract.load().operation("ListLogstash");
    CallRequest request =
        new CallRequest(
            CallEndpoint.parse(CallEndpoint.DEFAULT),
            list,
            Map.of("description", "a&b=c"),
            new byte[0]);
    Function<CallRequest, Map<String, String>> signer =
        CallKey.signer("key-1", BESIDE, null, SignatureScheme.ROA_SHA1, () -> null);

    assertThatThrownBy(() -> signer.apply(request))
        .isInstanceOf(CallUsageException.class)
        .hasMessageContaining("ACS3");
  }

  private static void assertRefused(
      String id, CallEnvironment environment, @Nullable Path file, String said) {
    assertThatThrownBy(() -> signer(id, environment, file, null))
        .isInstanceOf(CallUsageException.class)
        .hasMessageContaining(said)
        .hasMessageNotContaining(SECRET);
  }

  private static String secret(
      CallEnvironment environment, @Nullable Path file, @Nullable String entered) {
    return CallKey.secret(environment, file, () -> entered == null ? null : entered.toCharArray());
  }

  private static Function<CallRequest, Map<String, String>> signer(
      String id, CallEnvironment environment, @Nullable Path file, @Nullable String entered) {
    return CallKey.signer(
        id,
        environment,
        file,
        SignatureScheme.ACS3_HMAC_SHA256,
        () -> entered == null ? null : entered.toCharArray());
  }

  private static CallRequest request(String instance) {
    return new CallRequest(
        CallEndpoint.parse(CallEndpoint.DEFAULT),
        CallContract.load().operation("DescribeLogstash"),
        Map.of("InstanceId", instance),
        new byte[0]);
  }
}
