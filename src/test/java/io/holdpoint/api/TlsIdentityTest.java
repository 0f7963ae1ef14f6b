package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdpoint.config.TlsConfig;
import io.holdpoint.testkit.TestIdentity;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files may hold, and what the operator is told when they hold something else. */
class TlsIdentityTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final TestIdentity IDENTITY = TestIdentity.of("a");

  @TempDir Path directory;
  private Path cert;
  private Path key;
  private Path ca;

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void write() {
    cert = IDENTITY.writeCertificate(directory.resolve("cert.pem"));
    key = IDENTITY.writeKey(directory.resolve("key.pem"));
    ca = IDENTITY.writeCertificate(directory.resolve("ca.pem"));
  }

  @Test
  void aPairIsTakenWithTheTimesOfItsCertificate() {
    TlsIdentity identity = load(TlsConfig.ClientAuth.REQUIRED);

    assertThat(identity.expires()).isEqualTo(IDENTITY.certificate().getNotAfter().toInstant());
    assertThat(identity.options().getEnabledSecureTransportProtocols())
        .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    assertThat(identity.complaint(config(TlsConfig.ClientAuth.NONE), Instant.now())).isNull();
    assertThat(TlsFiles.read(config(TlsConfig.ClientAuth.NONE)))
        .isNotEqualTo(identity.files())
        .isEqualTo(TlsFiles.read(config(TlsConfig.ClientAuth.NONE)));
  }

  @Test
  void anExpiredCertificateIsTakenAndComplainedOf() {
    Instant expires = Instant.parse("2026-01-02T03:04:05Z");
    TestIdentity old = TestIdentity.of("old", expires.minus(Duration.ofDays(1)), expires);
    old.writeCertificate(cert);
    old.writeKey(key);

    TlsIdentity identity = load(TlsConfig.ClientAuth.NONE);

    TlsConfig config = config(TlsConfig.ClientAuth.NONE);
    assertThat(identity.complaint(config, expires.plusSeconds(1)))
        .isEqualTo(cert + " expired at 2026-01-02T03:04:05Z; clients will refuse it, renew it");
    assertThat(identity.complaint(config, expires.minusSeconds(1))).isNull();
    assertThat(identity.complaint(config, expires.minus(Duration.ofDays(2))))
        .contains("is valid only from 2026-01-01T03:04:05Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cert.pem | does not exist; correct HOLDPOINT_TLS_CERT
          key.pem  | does not exist; correct HOLDPOINT_TLS_KEY
          ca.pem   | does not exist; correct HOLDPOINT_TLS_CLIENT_CA
          """)
  void aMissingFileIsNamed(String name, String message) throws IOException {
    Files.delete(directory.resolve(name));

    assertThat(refusal()).isEqualTo(directory.resolve(name) + " " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cert.pem | '' | holds no certificate; it must be PEM, -----BEGIN CERTIFICATE-----
          cert.pem | hunter2 | holds no certificate; it must be PEM, -----BEGIN CERTIFICATE-----
          ca.pem   | hunter2 | holds no certificate; it must be PEM, -----BEGIN CERTIFICATE-----
          """)
  void aFileOfSomethingElseIsNamedAndNotShown(String name, String text, String message)
      throws IOException {
    Files.writeString(directory.resolve(name), text);

    assertThat(refusal()).isEqualTo(directory.resolve(name) + " " + message);
  }

  @Test
  void aFileThatIsNoneIsNamed() throws IOException {
    Files.delete(key);
    Files.createDirectory(key);

    assertThat(refusal()).startsWith(key + " cannot be read (").endsWith("HOLDPOINT_TLS_KEY");
  }

  @Test
  void theKeyOfAnotherCertificateIsRefused() {
    TestIdentity.of("b").writeKey(key);

    assertThat(refusal()).isEqualTo(noKey());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "-----BEGIN PRIVATE KEY-----hunter2-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----aHVudGVyMg==-----END PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----aGk=-----END ENCRYPTED PRIVATE KEY-----"
      })
  void whatIsNoKeyIsRefusedAndNotShown(String text) throws IOException {
    Files.writeString(key, text);

    assertThat(refusal()).isEqualTo(noKey());
  }

  @Test
  void aKeyOfAnotherKindIsRefused() throws Exception {
    byte[] rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    Files.writeString(
        key,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(rsa)
            + "\n-----END PRIVATE KEY-----\n");

    assertThat(refusal()).isEqualTo(noKey());
  }

  private String noKey() {
    return key
        + " holds no private key of the certificate in "
        + cert
        + "; it must be PEM, RSA or EC, without a password, and issued together with it";
  }

  private String refusal() {
    TlsRefused refused =
        catchThrowableOfType(TlsRefused.class, () -> load(TlsConfig.ClientAuth.REQUIRED));
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage()).doesNotContain("hunter2").hasLineCount(1);
    return refused.getMessage();
  }

  private TlsIdentity load(TlsConfig.ClientAuth clientAuth) {
    TlsConfig config = config(clientAuth);
    return TlsIdentity.of(VERTX, config, TlsFiles.read(config));
  }

  private TlsConfig config(TlsConfig.ClientAuth clientAuth) {
    return new TlsConfig(
        cert.toString(),
        key.toString(),
        clientAuth == TlsConfig.ClientAuth.NONE ? "" : ca.toString(),
        clientAuth,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10));
  }
}
