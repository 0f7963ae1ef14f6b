package io.holdpoint.testkit;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends exactly the bytes it is told and reads replies as they come, for what no
 * well-behaved client library would send. Every wait is bounded by {@link #PATIENCE_MILLIS}.
 */
public final class RawHttp implements AutoCloseable {
  /** How long a read waits before the other side counts as idle. */
  public static final int PATIENCE_MILLIS = 5_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /**
   * One reply.
   *
   * @param headers by lower-case name, each with its values in order
   */
  public record Reply(String version, int status, Map<String, List<String>> headers, String body) {

    /** The first value of a header; null when it is absent. */
    public @Nullable String header(String name) {
      List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
      return values == null ? null : values.get(0);
    }

    public JsonObject json() {
      return new JsonObject(body);
    }

    /** The {@code Result} of a command. */
    public @Nullable Object result() {
      return json().getValue("Result");
    }

    /** The error code; empty when it is none. */
    public String code() {
      return json().getString("Code", "");
    }
  }

  /** Connects to a port of this machine; sends without delay, one segment per write. */
  public static RawHttp connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return over(socket);
  }

  /** Talks over a socket made elsewhere, such as a TLS one. */
  public static RawHttp over(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new RawHttp(socket);
  }

  /** Sends text in one write, each character as one byte. */
  public RawHttp send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes in one write. */
  public RawHttp send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Sends text in as many writes as it has characters. */
  public RawHttp sendByteByByte(String latin1) throws IOException {
    for (byte b : latin1.getBytes(StandardCharsets.ISO_8859_1)) {
      out.write(b);
      out.flush();
    }
    return this;
  }

  /**
   * Reads the next reply, interim ones included; null when the other side has closed.
   *
   * @throws SocketTimeoutException when it neither replies nor closes
   */
  public @Nullable Reply read() throws IOException {
    String statusLine = line();
    if (statusLine == null) {
      return null;
    }
    String[] words = statusLine.split(" ", 3);
    int status = Integer.parseInt(words[1]);
    Map<String, List<String>> headers = headers();
    boolean bodiless = status < 200 || status == 204 || status == 304;
    return new Reply(words[0], status, headers, bodiless ? "" : body(headers));
  }

  /**
   * Reads every reply until the other side closes.
   *
   * @throws SocketTimeoutException when it does not close
   */
  public List<Reply> readToClose() throws IOException {
    List<Reply> replies = new ArrayList<>();
    for (Reply next = read(); next != null; next = read()) {
      replies.add(next);
    }
    return replies;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private Map<String, List<String>> headers() throws IOException {
    Map<String, List<String>> headers = new TreeMap<>();
    for (String line = whole(line()); !line.isEmpty(); line = whole(line())) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.computeIfAbsent(name, n -> new ArrayList<>()).add(line.substring(colon + 1).strip());
    }
    return headers;
  }

  private String body(Map<String, List<String>> headers) throws IOException {
    List<String> length = headers.get("content-length");
    if (length != null) {
      return text(bytes(Integer.parseInt(length.get(0))));
    }
    return headers.containsKey("transfer-encoding") ? chunks() : text(in.readAllBytes());
  }

  private String chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.write(bytes(size));
      whole(line());
    }
    headers();
    return text(body.toByteArray());
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(whole(line()).split(";", 2)[0].strip(), 16);
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("closed within a reply");
    }
    return bytes;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = next();
    if (b < 0) {
      return null;
    }
    while (b != '\n') {
      if (b < 0) {
        throw new EOFException("closed within a line of a reply");
      }
      line.write(b);
      b = next();
    }
    return text(line.toByteArray()).stripTrailing();
  }

  /** A reset is a close too: the other side may drop what it did not care to read. */
  private int next() throws IOException {
    try {
      return in.read();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (SocketException e) {
      return -1;
    }
  }

  private static String whole(@Nullable String line) throws EOFException {
    if (line == null) {
      throw new EOFException("closed within a reply");
    }
    return line;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
