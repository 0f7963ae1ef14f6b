package io.holdpoint.driver;

import io.holdpoint.task.Node;
import io.holdpoint.task.NodeLayout;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Map;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/**
 * What the driver {@code ssh} reads from a node, checked.
 *
 * @param host the node's address
 * @param port setting {@code port}, 22 without one
 * @param hostKey setting {@code hostKey}: type and base64 of the only key that the host may show
 * @param unit setting {@code unit}: the systemd unit, {@code logstash} without one
 * @param sudo setting {@code sudo}: whether what changes something is asked for by {@code sudo -n}
 */
record SshSettings(
    String host, int port, String hostKey, String unit, boolean sudo, NodeLayout layout) {
  private static final String HOST = "[A-Za-z0-9._:%-]{1,253}";
  private static final String UNIT = "[A-Za-z0-9@_][A-Za-z0-9@._-]{0,127}";
  private static final String KEY =
      "(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{40,2000}={0,3}";

  SshSettings {
    require(host.matches(HOST), "address");
    require(port > 0 && port < 65_536, "port");
    require(hostKey.matches(KEY), "hostKey");
    require(unit.matches(UNIT), "unit");
    key(hostKey);
  }

  /**
   * @throws IllegalArgumentException whose message is the name of the setting that is missing or
   *     wrong
   */
  static SshSettings of(Node node) {
    Map<String, Object> settings = node.settings();
    Object port = settings.getOrDefault("port", 22);
    Object sudo = settings.getOrDefault("sudo", false);
    require(port instanceof Integer, "port");
    require(sudo instanceof Boolean, "sudo");
    String[] key = text(settings, "hostKey", "").strip().split("\\s+", 3);
    return new SshSettings(
        node.address(),
        (Integer) port,
        key.length < 2 ? "" : key[0] + " " + key[1],
        text(settings, "unit", "logstash"),
        (Boolean) sudo,
        NodeLayout.of(node));
  }

  PublicKey key() {
    return key(hostKey);
  }

  /** How the host may sign with its key; none with SHA-1. */
  String signatures() {
    String type = hostKey.substring(0, hostKey.indexOf(' '));
    return type.equals("ssh-rsa") ? "rsa-sha2-512,rsa-sha2-256" : type;
  }

  /** The directory of a command that goes on by itself. */
  String run(String id) {
    return layout.workDirectory() + "/run/" + id;
  }

  private static PublicKey key(String line) {
    try {
      return PublicKeyEntry.parsePublicKeyEntry(line)
          .resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING);
    } catch (IOException | GeneralSecurityException | RuntimeException unusable) {
      throw new IllegalArgumentException("hostKey", unusable);
    }
  }

  private static String text(Map<String, Object> settings, String name, String otherwise) {
    Object value = settings.getOrDefault(name, otherwise);
    require(value instanceof String, name);
    return (String) value;
  }

  private static void require(boolean held, String setting) {
    if (!held) {
      throw new IllegalArgumentException(setting);
    }
  }
}
