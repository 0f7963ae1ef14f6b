package io.holdpoint.api;

import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp2;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** A running service that also listens with TLS, whose certificate the test holds. */
final class TlsService implements AutoCloseable {
  private final Path cert;
  private final Path key;
  private final ServiceFixture fixture;

  private TlsService(Path cert, Path key, ServiceFixture fixture) {
    this.cert = cert;
    this.key = key;
    this.fixture = fixture;
  }

  /**
   * @param directory where the certificate's files are written
   * @param environment on top of the files and a free port
   */
  static TlsService start(
      TestDatabase database,
      Path directory,
      TestIdentity identity,
      Map<String, String> environment) {
    Path cert = identity.writeCertificate(directory.resolve("cert.pem"));
    Path key = identity.writeKey(directory.resolve("key.pem"));
    Map<String, String> effective = new HashMap<>();
    effective.put("HOLDPOINT_WORKER", "off");
    effective.put("HOLDPOINT_HTTPS_PORT", "0");
    effective.put("HOLDPOINT_TLS_CERT", cert.toString());
    effective.put("HOLDPOINT_TLS_KEY", key.toString());
    effective.put("HOLDPOINT_TLS_RELOAD_INTERVAL", "100ms");
    effective.putAll(environment);
    return new TlsService(cert, key, ServiceFixture.start(database.runtimeUri(), effective));
  }

  Path cert() {
    return cert;
  }

  Path key() {
    return key;
  }

  ServiceFixture fixture() {
    return fixture;
  }

  int port() {
    return fixture.service().httpsPort().getAsInt();
  }

  ApiClient client(SSLContext tls) {
    return new ApiClient(port(), tls);
  }

  /** A client of HTTP/1.1. */
  RawHttp connect(SSLContext tls) throws IOException {
    return RawHttp.over(
        tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port()));
  }

  RawHttp2 connectHttp2(SSLContext tls) throws IOException {
    return RawHttp2.connect(port(), tls);
  }

  /** A number from the management port; 0 when the series is not there. */
  double metric(String series) {
    String text = new ApiClient(fixture.service().managementPort()).get("/metrics").body();
    return text.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() {
    fixture.close();
  }
}
