package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code holdpoint call} over TLS: it talks to whom it trusts and tells why not to others. */
@ExtendWith(DatabaseExtension.class)
class CallTlsIT {
  private static final String SECRET = "hush-0f3c9a57e2d14b86";

  @TempDir static Path directory;

  private static Path ca;
  private static ServiceFixture service;

  @BeforeAll
  static void start(TestDatabase database) {
    TestIdentity identity = TestIdentity.of("brake");
    ca = identity.writeCertificate(directory.resolve("cert.pem"));
    Path key = identity.writeKey(directory.resolve("key.pem"));
    service =
        ServiceFixture.start(
            database.runtimeUri(),
            Map.of(
                "HOLDPOINT_HTTPS_PORT", "0",
                "HOLDPOINT_TLS_CERT", ca.toString(),
                "HOLDPOINT_TLS_KEY", key.toString(),
                "HOLDPOINT_HTTP_PLAIN", "off",
                "HOLDPOINT_ACCESS_KEY_ID", "call-it",
                "HOLDPOINT_ACCESS_KEY_SECRET", SECRET,
                "HOLDPOINT_SECRET_KEY", "key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                "HOLDPOINT_WORKER", "off"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, acs3", "localhost, acs3", "localhost, roa-sha1"})
  void serviceWhoseCertificateIsTrustedIsCalled(String host, String scheme) {
    CommandRun line =
        call("https://" + host + ":" + tlsPort(), "--ca", ca.toString(), "--scheme", scheme);

    assertThat(line.exitCode()).as("%s", line).isZero();
  }

  @Test
  void serviceWhoseCertificateIsNotTrustedIsNotCalled() {
    Path other = TestIdentity.of("other").writeCertificate(directory.resolve("other.pem"));
    String endpoint = "https://localhost:" + tlsPort();

    for (CommandRun line :
        new CommandRun[] {call(endpoint), call(endpoint, "--ca", other.toString())}) {
      assertThat(line.exitCode()).isEqualTo(5);
      assertThat(line.err())
          .contains("its certificate is not trusted", "see --ca", "after 1 attempt")
          .doesNotContain("trying again");
    }
  }

  @Test
  void fileWithoutACertificateIsRefused() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    Path noise = Files.writeString(directory.resolve("noise.pem"), "no certificate\n");
    Path nowhere = directory.resolve("nowhere.pem");

    for (Path file : new Path[] {empty, noise, nowhere}) {
      CommandRun line = call("https://localhost:" + tlsPort(), "--ca", file.toString());
      assertThat(line.exitCode()).isEqualTo(2);
      assertThat(line.err()).contains("--ca: " + file);
    }
  }

  @Test
  void plainCallIsToldThatItNeedsTls() {
    CommandRun line = call("http://127.0.0.1:" + service.service().port());

    assertThat(line.exitCode()).isEqualTo(4);
    assertThat(line.err()).contains("InvalidProtocol.NeedSsl");
  }

  private static int tlsPort() {
    return service.service().httpsPort().getAsInt();
  }

  private static CommandRun call(String endpoint, String... more) {
    String[] words = new String[more.length + 3];
    words[0] = "ListLogstash";
    words[1] = "--endpoint";
    words[2] = endpoint;
    System.arraycopy(more, 0, words, 3, more.length);
    return CommandRun.call(
        Map.of(
            "HOLDPOINT_CALL_ACCESS_KEY_ID", "call-it", "HOLDPOINT_CALL_ACCESS_KEY_SECRET", SECRET),
        words);
  }
}
