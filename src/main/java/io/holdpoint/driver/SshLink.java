package io.holdpoint.driver;

import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.jspecify.annotations.Nullable;

/** One authenticated connection to a host, used by many calls; blocking. */
final class SshLink {
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(5);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(15);
  private static final int OUTPUT_LIMIT = 64 << 10;

  private final ClientSession session;
  private final Map<SshdSocketAddress, SocketAddress> forwarded = new HashMap<>();
  private @Nullable SftpClient sftp;

  /**
   * What a command said.
   *
   * @param code its exit code
   */
  record Said(int code, String out, String error) {}

  SshLink(ClientSession session) {
    this.session = session;
  }

  boolean open() {
    return session.isOpen() && session.isAuthenticated();
  }

  Said say(RemoteCommand command, boolean sudo) throws IOException {
    try (ChannelExec channel = session.createExecChannel(command.line(sudo));
        Bounded out = new Bounded();
        Bounded error = new Bounded()) {
      channel.setOut(out);
      channel.setErr(error);
      channel.open().verify(OPEN_LIMIT);
      Set<ClientChannelEvent> events =
          channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), COMMAND_LIMIT);
      Integer code = channel.getExitStatus();
      if (code == null) {
        throw new NodeException(
            NodeException.Kind.UNREACHABLE,
            events.contains(ClientChannelEvent.TIMEOUT)
                ? "the host did not end a command in " + COMMAND_LIMIT.toSeconds() + " s"
                : "the connection broke during a command");
      }
      return new Said(code, out.text(), error.text());
    }
  }

  synchronized SftpFiles files() throws IOException {
    SftpClient client = sftp;
    if (client == null || !client.isOpen()) {
      client = SftpClientFactory.instance().createSftpClient(session);
      sftp = client;
    }
    return new SftpFiles(client);
  }

  /** A door on the loopback of this host that leads to one address as the other host sees it. */
  synchronized SocketAddress forward(String host, int port) throws IOException {
    SshdSocketAddress there = new SshdSocketAddress(host, port);
    SocketAddress here = forwarded.get(there);
    if (here == null) {
      SshdSocketAddress bound =
          session.startLocalPortForwarding(new SshdSocketAddress("127.0.0.1", 0), there);
      here = SocketAddress.inetSocketAddress(bound.getPort(), "127.0.0.1");
      forwarded.put(there, here);
    }
    return here;
  }

  /** At once; what waits for an answer fails. */
  void close() {
    session.close(true);
  }

  /** Keeps the first bytes and drops the rest. */
  private static final class Bounded extends ByteArrayOutputStream {
    @Override
    public synchronized void write(int b) {
      if (count < OUTPUT_LIMIT) {
        super.write(b);
      }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      super.write(bytes, offset, Math.min(length, OUTPUT_LIMIT - count));
    }

    String text() {
      return toString(StandardCharsets.UTF_8);
    }
  }
}
