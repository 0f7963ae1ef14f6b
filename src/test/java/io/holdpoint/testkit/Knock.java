package io.holdpoint.testkit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One attempt to connect, as a program that can run in a network of its own. */
public final class Knock {
  private static final int PATIENCE_MILLIS = 1_000;

  private Knock() {}

  /** What came of it. */
  public enum Heard {
    OPEN,
    /** Somebody said no, the host or a router. */
    REFUSED,
    /** Nothing came back. */
    SILENCE
  }

  /** Arguments: address and port; says what it {@link Heard}. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    out.println(at(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]))));
  }

  private static Heard at(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      return Heard.OPEN;
    } catch (SocketTimeoutException silence) {
      return Heard.SILENCE;
    } catch (ConnectException | NoRouteToHostException refused) {
      return Heard.REFUSED;
    }
  }
}
