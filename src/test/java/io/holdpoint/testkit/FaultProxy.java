package io.holdpoint.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The network between a client and PostgreSQL, or any other server, as bad as a test wants it:
 * slow, silent, cut, or losing exactly the reply that matters. Starts with passing everything.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicReference<byte @Nullable []> marker = new AtomicReference<>();
  private final AtomicInteger lost = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final Object gate = new Object();
  private boolean silent;
  private volatile long delayNanos;
  private volatile boolean untilReady = true;

  /** A proxy on a free port of this machine, in front of {@code port}. */
  public FaultProxy(int port) {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept, "fault-proxy");
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Everything passes again; what a black hole held back arrives late, as after a partition. */
  public void pass() {
    delayNanos = 0;
    synchronized (gate) {
      silent = false;
      gate.notifyAll();
    }
  }

  /** Every piece of data takes so much longer, each way. */
  public void delay(Duration each) {
    delayNanos = each.toNanos();
  }

  /** Nothing comes through and nobody is told; connections open and stay. */
  public void blackHole() {
    synchronized (gate) {
      silent = true;
    }
  }

  /** Connections there are stay silent for ever, as a firewall forgets them; new ones pass. */
  public void forget() {
    synchronized (gate) {
      links.forEach(link -> link.forgotten = true);
      silent = false;
      gate.notifyAll();
    }
  }

  /** How many pieces of data wait for the silence to end. */
  public int held() {
    return held.get();
  }

  /** Resets every connection there is. */
  public void cut() {
    links.forEach(Link::reset);
  }

  /**
   * Once: the client's message that contains {@code text}, as a parameter does, is answered in full
   * by the server; that answer is dropped and the connection reset.
   */
  public void loseReplyOnce(String text) {
    marker.set(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The same for a server that is not PostgreSQL, whose answer begins only when the work is done:
   * the answer's first piece is dropped and the connection reset.
   */
  public void loseAnswerOnce(String text) {
    untilReady = false;
    loseReplyOnce(text);
  }

  public int lost() {
    return lost.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start(() -> serve(client), "fault-proxy-" + client.getPort());
      } catch (IOException closed) {
        // By close(); anything else shows in the test.
      }
    }
  }

  private void serve(Socket client) {
    Socket server = new Socket();
    Link link = new Link(client, server);
    links.add(link);
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target, CONNECT_MILLIS);
      start(link::back, "fault-proxy-back-" + client.getPort());
      link.forth();
    } catch (IOException unreachable) {
      link.reset();
    }
  }

  private static void start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      synchronized (gate) {
        links.forEach(link -> link.forgotten = false);
      }
      pass();
      cut();
    }
  }

  /** One client's connection and its counterpart. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean losing;
    private boolean forgotten;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void forth() {
      pump(client, server, true);
    }

    void back() {
      pump(server, client, false);
    }

    private void pump(Socket from, Socket to, boolean forth) {
      byte[] buffer = new byte[64 << 10];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
          LockSupport.parkNanos(delayNanos);
          awaitWay();
          if (forth) {
            mark(buffer, length);
          } else if (losing) {
            swallow(buffer, length);
            continue;
          }
          out.write(buffer, 0, length);
          out.flush();
        }
        to.shutdownOutput();
        links.remove(this);
      } catch (IOException gone) {
        reset();
      }
    }

    private void awaitWay() throws IOException {
      synchronized (gate) {
        held.incrementAndGet();
        try {
          while (silent || forgotten) {
            gate.wait();
          }
        } catch (InterruptedException e) {
          throw new IOException(e);
        } finally {
          held.decrementAndGet();
        }
      }
    }

    private void mark(byte[] buffer, int length) {
      byte[] wanted = marker.get();
      if (wanted != null
          && indexOf(buffer, length, wanted) >= 0
          && marker.compareAndSet(wanted, null)) {
        losing = true;
      }
    }

    /** From PostgreSQL up to ReadyForQuery, which comes after the commit. */
    private void swallow(byte[] buffer, int length) throws IOException {
      int last = length - 6;
      if (!untilReady || last >= 0 && buffer[last] == 'Z' && buffer[last + 4] == 5) {
        lost.incrementAndGet();
        throw new IOException("the reply was to be lost");
      }
    }

    void reset() {
      links.remove(this);
      for (Socket socket : new Socket[] {client, server}) {
        try {
          socket.setSoLinger(true, 0);
          socket.close();
        } catch (IOException gone) {
          continue;
        }
      }
    }
  }

  private static int indexOf(byte[] text, int length, byte[] wanted) {
    for (int i = 0; i + wanted.length <= length; i++) {
      if (Arrays.equals(text, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
