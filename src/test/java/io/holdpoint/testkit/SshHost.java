package io.holdpoint.testkit;

import io.holdpoint.secret.Credential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * A host with an SSH server and a systemd, inside the test: real connections, real files and
 * processes of this machine; only the service manager is a stand-in. One unit, {@code logstash}, is
 * known once {@link #unit} has said what it starts. Everything it launched dies with it.
 */
public final class SshHost implements AutoCloseable {
  private static final String USER = "operator";
  private static final String PASSWORD = "open sesame";
  private static final String PASSPHRASE = "a long way";
  private static final String UNIT = "logstash";

  private final SystemdStandIn systemd;
  private final KeyPair userKey = key();
  private final SshServer server = SshServer.setUpDefaultServer();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final List<String> forwarded = new CopyOnWriteArrayList<>();
  private final KeyPair hostKey = key();

  private SshHost(Path root) {
    systemd = new SystemdStandIn(root);
    server.setHost("127.0.0.1");
    server.setPort(0);
    // A second key of another type, as real hosts have.
    List<KeyPair> keys = List.of(hostKey, key(KeyPairProvider.ECDSA_SHA2_NISTP256, 256));
    server.setKeyPairProvider(KeyPairProvider.wrap(keys));
    server.setPasswordAuthenticator(
        (user, password, session) -> user.equals(USER) && password.equals(PASSWORD));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            user.equals(USER) && KeyUtils.compareKeys(key, userKey.getPublic()));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory.Builder().build()));
    server.setCommandFactory(
        (channel, line) -> {
          commands.add(line);
          return new ShellCommand(line, systemd.path());
        });
    server.setForwardingFilter(
        new AcceptAllForwardingFilter() {
          @Override
          public boolean canConnect(Type type, SshdSocketAddress address, Session session) {
            forwarded.add(address.getHostName() + ":" + address.getPort());
            return true;
          }
        });
  }

  /**
   * @param root where the stand-in keeps its scripts and its units; no blanks in it
   */
  public static SshHost start(Path root) {
    SshHost host = new SshHost(root);
    try {
      host.server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return host;
  }

  public int port() {
    return server.getPort();
  }

  /** The line for the setting {@code hostKey}. */
  public String hostKey() {
    return line(hostKey);
  }

  /** The line of a key that this host does not have. */
  public static String foreignHostKey() {
    return line(key());
  }

  /** The settings by which a node is reached here; its paths come on top. */
  public Map<String, Object> settings() {
    return Map.of("port", port(), "hostKey", hostKey());
  }

  public Credential credential() {
    return new Credential(Map.of("sshUser", USER, "sshPassword", PASSWORD));
  }

  /** As {@link #credential}, by an encrypted ed25519 key. */
  public Credential keyCredential() {
    OpenSSHKeyEncryptionContext encryption = new OpenSSHKeyEncryptionContext();
    encryption.setPassword(PASSPHRASE);
    encryption.setCipherType("256");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(userKey, "test", encryption, text);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    return new Credential(
        Map.of(
            "sshUser",
            USER,
            "sshPrivateKey",
            text.toString(StandardCharsets.UTF_8),
            "sshPrivateKeyPassphrase",
            PASSPHRASE));
  }

  /**
   * Says what the unit {@code logstash} starts, at its next start.
   *
   * @param commandLine program and arguments that stay in the foreground
   */
  public void unit(List<String> commandLine) {
    systemd.define(UNIT, commandLine);
  }

  /**
   * Gives the unit another stop time-out than infinity.
   *
   * @param shown as systemctl shows it, such as {@code 1min 30s}
   */
  public void stopTimeout(String shown) {
    systemd.write(UNIT, "timeout", shown + "\n");
  }

  /** As an operator on the host does who starts the unit. */
  public void startUnit() {
    ProcessBuilder start =
        new ProcessBuilder("sh", "-c", "systemctl start --no-block " + UNIT).inheritIO();
    start.environment().put("PATH", systemd.path());
    try {
      if (start.start().waitFor() != 0) {
        throw new AssertionError("the unit does not start");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Every string that a client wanted executed, in order. */
  public List<String> commands() {
    return List.copyOf(commands);
  }

  /** Where clients wanted to connect to through this host, as {@code host:port}. */
  public List<String> forwarded() {
    return List.copyOf(forwarded);
  }

  /** Connections that are open and logged in. */
  public int connections() {
    return (int) server.getActiveSessions().stream().filter(Session::isAuthenticated).count();
  }

  /** Cuts every connection at once, as a broken link does; new ones are let in. */
  public void dropConnections() {
    server
        .getActiveSessions()
        .forEach(
            session -> {
              // The socket itself: no message says good-bye.
              session.getIoSession().close(true);
            });
  }

  /** Cuts the connections, kills every process and forgets what ran; the files stay. */
  public void powerFailure() {
    dropConnections();
    systemd.powerFailure();
  }

  public InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", port());
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      systemd.killAll();
    }
  }

  private static KeyPair key() {
    return key(KeyPairProvider.SSH_ED25519, 256);
  }

  private static KeyPair key(String type, int bits) {
    try {
      return KeyUtils.generateKeyPair(type, bits);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String line(KeyPair key) {
    return PublicKeyEntry.toString(key.getPublic());
  }
}
