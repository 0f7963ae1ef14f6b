package io.holdpoint.api;

import io.holdpoint.config.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key and the authorities of clients, checked to be usable together; what
 * the HTTPS listener shows from one moment on.
 *
 * @param expires when the certificate does
 * @param options for a new listener and for one that runs: TLS 1.2 and 1.3 only
 */
record TlsIdentity(TlsFiles files, Instant begins, Instant expires, ServerSSLOptions options) {
  private static final List<String> KEY_TYPES = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  /**
   * Blocks for milliseconds of computing.
   *
   * @throws TlsRefused when the files do not make an identity
   */
  static TlsIdentity of(Vertx vertx, TlsConfig config, TlsFiles files) {
    X509Certificate certificate = certificates(files.cert(), config.cert()).iterator().next();
    PemKeyCertOptions pair =
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(files.cert()))
            .addKeyValue(Buffer.buffer(files.key()));
    requireMatch(vertx, config, pair, certificate.getPublicKey());
    ServerSSLOptions options =
        new ServerSSLOptions()
            .setKeyCertOptions(pair)
            .setEnabledSecureTransportProtocols(new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2")))
            .setClientAuth(ClientAuth.valueOf(config.clientAuth().name()));
    if (!config.clientCa().isEmpty()) {
      certificates(files.clientCa(), config.clientCa());
      options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(files.clientCa())));
    }
    return new TlsIdentity(
        files,
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        options);
  }

  /** What clients will hold against this identity at that time; null when nothing. */
  @Nullable String complaint(TlsConfig config, Instant now) {
    if (now.isAfter(expires)) {
      return config.cert() + " expired at " + expires + "; clients will refuse it, renew it";
    }
    return now.isBefore(begins)
        ? config.cert() + " is valid only from " + begins + "; check it and this host's clock"
        : null;
  }

  private static Collection<X509Certificate> certificates(byte[] pem, String file) {
    Set<X509Certificate> read = new LinkedHashSet<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      factory
          .generateCertificates(new ByteArrayInputStream(pem))
          .forEach(certificate -> read.add((X509Certificate) certificate));
    } catch (GeneralSecurityException notPem) {
      read.clear();
    }
    if (read.isEmpty()) {
      throw new TlsRefused(
          file + " holds no certificate; it must be PEM, -----BEGIN CERTIFICATE-----");
    }
    return read;
  }

  private static void requireMatch(
      Vertx vertx, TlsConfig config, PemKeyCertOptions pair, PublicKey publicKey) {
    try {
      for (KeyManager manager : pair.getKeyManagerFactory(vertx).getKeyManagers()) {
        if (manager instanceof X509KeyManager keys && match(publicKey, key(keys))) {
          return;
        }
      }
    } catch (Exception unreadable) {
      // Not told with its cause, whose message may hold part of the key.
    }
    throw new TlsRefused(
        config.key()
            + " holds no private key of the certificate in "
            + config.cert()
            + "; it must be PEM, RSA or EC, without a password, and issued together with it");
  }

  private static @Nullable PrivateKey key(X509KeyManager keys) {
    for (String type : KEY_TYPES) {
      String[] aliases = keys.getServerAliases(type, null);
      if (aliases != null) {
        return keys.getPrivateKey(aliases[0]);
      }
    }
    return null;
  }

  private static boolean match(PublicKey publicKey, @Nullable PrivateKey key)
      throws GeneralSecurityException {
    byte[] text = {1};
    Signature signature = Signature.getInstance(algorithm(publicKey));
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    return signature.verify(signed);
  }

  private static String algorithm(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }
}
