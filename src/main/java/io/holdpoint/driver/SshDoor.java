package io.holdpoint.driver;

import io.holdpoint.secret.Credential;
import io.holdpoint.task.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.future.ConnectFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to hosts: only to the one key that a node names, by what its credential holds,
 * by nothing of the user that runs this process.
 */
final class SshDoor implements AutoCloseable {
  private static final long OPEN_SECONDS = 10;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final int MISSED_HEARTBEATS = 2;
  private static final AttributeRepository.AttributeKey<Pin> PIN =
      new AttributeRepository.AttributeKey<>();

  private @Nullable SshClient client;
  private boolean closed;

  /** The key that a host must show, and what it showed. */
  private static final class Pin {
    private final SshSettings settings;
    private volatile @Nullable PublicKey other;

    Pin(SshSettings settings) {
      this.settings = settings;
    }

    boolean accept(PublicKey shown) {
      boolean same = KeyUtils.compareKeys(settings.key(), shown);
      other = same ? null : shown;
      return same;
    }
  }

  /** A connection on its way. */
  interface Ready {
    CompletableFuture<ClientSession> open();
  }

  /** How to log in. */
  private record Login(
      String user, @Nullable String password, List<KeyPair> keys, String credential) {}

  /** Reads the key and looks up the name: blocking; what follows is only waited for. */
  Ready ready(Node node, SshSettings settings, Credential credential) throws IOException {
    Login login = login(node, credential);
    Pin pin = new Pin(settings);
    ConnectFuture connecting =
        started()
            .connect(
                login.user(),
                settings.host(),
                settings.port(),
                AttributeRepository.ofKeyValuePair(PIN, pin));
    return () -> open(node, connecting, login, pin);
  }

  private static CompletableFuture<ClientSession> open(
      Node node, ConnectFuture connecting, Login login, Pin pin) {
    CompletableFuture<ClientSession> opened = new CompletableFuture<>();
    connecting.addListener(
        connected -> {
          if (connected.isConnected()) {
            authenticate(node, connected.getClientSession(), login, pin, opened);
          } else {
            opened.completeExceptionally(
                away(node, pin.settings, Failures.line(connected.getException())));
          }
        });
    return opened
        .orTimeout(OPEN_SECONDS, TimeUnit.SECONDS)
        .whenComplete(
            (session, failure) -> {
              if (failure != null) {
                connecting.addListener(late -> closeLate(late));
                connecting.cancel();
              }
            });
  }

  private static void closeLate(ConnectFuture late) {
    if (late.isConnected()) {
      late.getClientSession().close(true);
    }
  }

  private static void authenticate(
      Node node,
      ClientSession session,
      Login login,
      Pin pin,
      CompletableFuture<ClientSession> opened) {
    login.keys().forEach(session::addPublicKeyIdentity);
    if (login.password() != null) {
      session.addPasswordIdentity(login.password());
    }
    try {
      session
          .auth()
          .addListener(
              done -> {
                if (done.isSuccess()) {
                  opened.complete(session);
                } else {
                  opened.completeExceptionally(
                      failure(node, pin, login, session, done.getException()));
                }
              });
    } catch (IOException closed) {
      opened.completeExceptionally(failure(node, pin, login, session, closed));
    }
  }

  private static NodeException failure(
      Node node, Pin pin, Login login, ClientSession session, @Nullable Throwable cause) {
    session.close(true);
    PublicKey other = pin.other;
    if (other != null) {
      return Failures.refused(
          node,
          "is refused: its host key is %s, not %s as in setting hostKey"
              .formatted(fingerprint(other), fingerprint(pin.settings.key())));
    }
    String said = cause == null ? "" : Failures.line(cause);
    if (cause == null || said.contains("authentication methods")) {
      return Failures.refused(node, "does not let in credential " + login.credential());
    }
    if (said.contains("Unable to negotiate key exchange for server host key")) {
      return Failures.refused(
          node,
          "is refused: it has no host key of the type of setting hostKey, "
              + fingerprint(pin.settings.key()));
    }
    return away(node, pin.settings, said);
  }

  private static NodeException away(Node node, SshSettings settings, String why) {
    return Failures.unreachable(
        node,
        "cannot be reached by SSH at %s:%d: %s"
            .formatted(settings.host(), settings.port(), Failures.line(why)));
  }

  private static String fingerprint(PublicKey key) {
    return KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
  }

  private static Login login(Node node, Credential credential) {
    String name = String.valueOf(node.credential());
    String user = credential.member("sshUser");
    String password = credential.member("sshPassword");
    String key = credential.member("sshPrivateKey");
    if (user == null || password == null && key == null) {
      throw Failures.refused(
          node, "needs a credential with sshUser and sshPrivateKey or sshPassword, not " + name);
    }
    return new Login(
        user,
        password,
        key == null ? List.of() : keys(node, key, credential.member("sshPrivateKeyPassphrase")),
        name);
  }

  private static List<KeyPair> keys(Node node, String text, @Nullable String passphrase) {
    List<KeyPair> keys = new ArrayList<>();
    try {
      Iterable<KeyPair> read =
          SecurityUtils.loadKeyPairIdentities(
              null,
              () -> "sshPrivateKey",
              new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
              passphrase == null
                  ? FilePasswordProvider.EMPTY
                  : FilePasswordProvider.of(passphrase));
      if (read != null) {
        read.forEach(keys::add);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
      keys.clear();
    }
    if (keys.isEmpty()) {
      throw Failures.refused(
          node,
          "has a credential whose sshPrivateKey cannot be read; is sshPrivateKeyPassphrase right?");
    }
    return keys;
  }

  private synchronized SshClient started() {
    if (closed) {
      throw new NodeException(NodeException.Kind.UNREACHABLE, "the driver is closed");
    }
    SshClient started = client;
    if (started == null) {
      started = ClientBuilder.builder().build();
      started.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
      started.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
      started.setUserAuthFactories(
          List.of(
              UserAuthPublicKeyFactory.INSTANCE,
              UserAuthPasswordFactory.INSTANCE,
              UserAuthKeyboardInteractiveFactory.INSTANCE));
      started.setServerKeyVerifier(SshDoor::verify);
      started.addSessionListener(new Proposal());
      CoreModuleProperties.IO_CONNECT_TIMEOUT.set(started, CONNECT_LIMIT);
      CoreModuleProperties.AUTH_TIMEOUT.set(started, Duration.ofSeconds(OPEN_SECONDS));
      CoreModuleProperties.HEARTBEAT_INTERVAL.set(started, HEARTBEAT);
      CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(started, MISSED_HEARTBEATS);
      CoreModuleProperties.PASSWORD_PROMPTS.set(started, 1);
      started.start();
      client = started;
    }
    return started;
  }

  private static boolean verify(ClientSession session, SocketAddress address, PublicKey shown) {
    Pin pin = session.getConnectionContext().getAttribute(PIN);
    return pin != null && pin.accept(shown);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.stop();
    }
  }

  /** Asks a host for the key that is known of it; it may have several. */
  private static final class Proposal implements SessionListener {
    @Override
    public void sessionNegotiationOptionsCreated(
        Session session, Map<KexProposalOption, String> proposal) {
      if (session instanceof ClientSession known) {
        Pin pin = known.getConnectionContext().getAttribute(PIN);
        if (pin != null) {
          proposal.put(KexProposalOption.SERVERKEYS, pin.settings.signatures());
        }
      }
    }
  }
}
