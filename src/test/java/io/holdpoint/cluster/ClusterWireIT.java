package io.holdpoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.bench.FreePort;
import io.holdpoint.config.ClusterConfig;
import io.holdpoint.store.MeetingPlace;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ports of a member, and who comes to them. */
@ExtendWith(DatabaseExtension.class)
class ClusterWireIT {
  private static final int PATIENCE_MILLIS = 10_000;

  /** Who is let in hears nothing: it would have to speak first, and within a second. */
  private static final int SILENCE_MILLIS = 400;

  @TempDir static Path directory;
  private static ClusterKeyStore keys;
  private static ClusterMember member;
  private static int[] ports;

  @BeforeAll
  static void join(TestDatabase database) {
    keys = ClusterKeyStore.make(directory.resolve("cluster.p12"));
    ports = new int[] {FreePort.find(), FreePort.find()};
    ClusterConfig config = keys.config(ports[0], ports[1]);
    member =
        ClusterMember.join(
            Vertx.builder(), new VertxOptions(), config, MeetingPlace.at(database.runtimeUri()));
  }

  @AfterAll
  static void leave() throws Exception {
    member.vertx().close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    member.leave(10_000);
  }

  static int[] bothPorts() {
    return ports;
  }

  @ParameterizedTest
  @MethodSource("bothPorts")
  void whoHasTheKeyIsLetIn(int port) throws Exception {
    try (SSLSocket socket = connect(port, keys.file())) {
      socket.setSoTimeout(SILENCE_MILLIS);

      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("bothPorts")
  void whoHasNoKeyOrAnotherOneIsTurnedAway(int port) throws Exception {
    ClusterKeyStore other = ClusterKeyStore.make(directory.resolve("other-" + port + ".p12"));
    for (Path shown : new Path[] {null, other.file()}) {
      assertThatThrownBy(
              () -> {
                try (SSLSocket socket = connect(port, shown)) {
                  // In TLS 1.3 a client learns only then what the server thinks of it. An end
                  // without a word would be that of somebody who was let in and said nothing.
                  socket.getInputStream().read();
                }
              })
          .isInstanceOfAny(SSLException.class, SocketException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("bothPorts")
  void plainTextIsNotAnswered(int port) throws Exception {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write("hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      byte[] answer = socket.getInputStream().readAllBytes();

      // At most a TLS alert.
      assertThat(answer).hasSizeLessThanOrEqualTo(7);
    } catch (IOException reset) {
      assertThat(reset).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  private static SSLSocket connect(int port, @Nullable Path shown) throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(managers(shown), new TrustManager[] {new TrustsAll()}, null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.startHandshake();
    return socket;
  }

  private static KeyManager @Nullable [] managers(@Nullable Path file) throws Exception {
    if (file == null) {
      return null;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    char[] password = ClusterKeyStore.PASSWORD.toCharArray();
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  /** The server's certificate is not what is tested. */
  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
