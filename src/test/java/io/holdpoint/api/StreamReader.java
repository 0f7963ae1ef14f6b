package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client of a stream that reads no byte until it is told to, and has little room for them. */
final class StreamReader implements AutoCloseable {
  private static final int RECEIVE_BUFFER = 4_096;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final String RETRY = "retry: 1000\n\n";

  private final Socket socket = new Socket();
  private final InputStream in;
  private int chunk;
  private boolean begun;

  StreamReader(int port) throws IOException {
    socket.setReceiveBufferSize(RECEIVE_BUFFER);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    String request = "GET " + StreamServer.EVENTS + " HTTP/1.1\r\nHost: " + StreamServer.HOST;
    socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    in = socket.getInputStream();
  }

  /** The head and the first message, with which every stream begins. */
  void readHead() throws IOException {
    while (!line().isEmpty()) {
      begun = true;
    }
    assertThat(message()).isEqualTo(RETRY);
  }

  /** Exactly these, in their order and with nothing in between. */
  void readEntries(long first, long last) throws IOException {
    begin();
    for (long position = first; position <= last; position++) {
      assertThat(message()).startsWith("id: " + position + "\nevent: step-done\ndata: {");
    }
  }

  String readComment() throws IOException {
    return message();
  }

  /** How many messages were still there when the connection ended. */
  int readToEnd() throws IOException {
    int messages = 0;
    try {
      begin();
      while (true) {
        message();
        messages++;
      }
    } catch (EOFException | SocketException ended) {
      return messages;
    }
  }

  private void begin() throws IOException {
    if (!begun) {
      readHead();
    }
  }

  private String message() throws IOException {
    StringBuilder message = new StringBuilder();
    while (message.length() < 2 || message.lastIndexOf("\n\n") != message.length() - 2) {
      message.append((char) next());
    }
    return message.toString();
  }

  private int next() throws IOException {
    if (chunk == 0) {
      chunk = Integer.parseInt(line(), 16);
    }
    int next = octet();
    chunk--;
    if (chunk == 0) {
      line();
    }
    return next;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int next = octet();
    while (next != '\n') {
      line.append((char) next);
      next = octet();
    }
    return line.toString().strip();
  }

  private int octet() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException();
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
