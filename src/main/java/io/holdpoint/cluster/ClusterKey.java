package io.holdpoint.cluster;

import io.holdpoint.config.ClusterConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PfxOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.SocketFactory;

/**
 * The key that all members share. Both ends of every connection show its certificate and accept no
 * other: who has the key is a member.
 */
final class ClusterKey {
  private static final String PROTOCOL = "TLSv1.3";

  private final Buffer file;
  private final String password;
  private final KeyStore store;

  private ClusterKey(Buffer file, String password, KeyStore store) {
    this.file = file;
    this.password = password;
    this.store = store;
  }

  /**
   * @throws ClusterException when the file cannot be used
   */
  static ClusterKey read(ClusterConfig config) {
    String hint =
        "the key store "
            + config.keyStore()
            + " cannot be used; make one with keytool -genkeypair -storetype PKCS12 and set"
            + " HOLDPOINT_CLUSTER_KEY_STORE and HOLDPOINT_CLUSTER_KEY_STORE_PASSWORD";
    try {
      byte[] bytes = Files.readAllBytes(Path.of(config.keyStore()));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), config.keyStorePassword().toCharArray());
      return new ClusterKey(Buffer.buffer(bytes), config.keyStorePassword(), store);
    } catch (IOException | GeneralSecurityException unusable) {
      throw new ClusterException(hint, unusable);
    }
  }

  /** The event bus speaks over TLS, with a certificate on both sides. */
  EventBusOptions secure(EventBusOptions options) {
    PfxOptions pfx = new PfxOptions().setValue(file).setPassword(password);
    return options
        .setSsl(true)
        .setEnabledSecureTransportProtocols(Set.of(PROTOCOL))
        .setKeyCertOptions(pfx)
        .setTrustOptions(pfx)
        .setClientAuth(ClientAuth.REQUIRED);
  }

  /** The same for the membership's own connections. */
  SocketFactory sockets() {
    SSLParameters parameters = new SSLParameters();
    parameters.setNeedClientAuth(true);
    parameters.setProtocols(new String[] {PROTOCOL});
    DefaultSocketFactory sockets = new DefaultSocketFactory(context());
    sockets.setServerSocketConfigurator(
        socket -> ((SSLServerSocket) socket).setSSLParameters(parameters));
    return sockets;
  }

  private SSLContext context() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password.toCharArray());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new ClusterException("the cluster's key cannot be used for TLS", unusable);
    }
  }
}
