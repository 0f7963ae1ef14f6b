package io.holdpoint.testkit;

import io.holdpoint.testkit.RawHttp.Reply;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 client that sends exactly the frames it is told, for what no well-behaved library would
 * send. Header blocks are written as plain literals. Every wait is bounded by {@link
 * #PATIENCE_MILLIS}.
 */
public final class RawHttp2 implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  public static final int END_HEADERS = 4;

  /** Longer than without TLS: the first handshake of a process loads much. */
  private static final int PATIENCE_MILLIS = 4 * RawHttp.PATIENCE_MILLIS;

  private static final byte[] NOTHING = {};
  private static final int ACK = 1;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_LENGTH = 5;
  private static final int LENGTH_PREFIX = 127;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private boolean begun;

  private RawHttp2(SSLSocket socket) throws IOException {
    this.socket = socket;
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** One frame as it came. */
  public record Frame(int type, int flags, int stream, byte[] payload) {}

  /** The server ended a stream or the connection instead of answering. */
  public static final class Ended extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param how {@code reset} or {@code goaway} with the error's number, or {@code closed}
     */
    Ended(String how) {
      super(how);
    }
  }

  /** Shakes hands and says what HTTP/2 begins with. */
  public static RawHttp2 connect(int port, SSLContext tls) throws IOException {
    return handshake(port, tls).begin(NOTHING);
  }

  /** What an HTTP/2 connection begins with, with these settings. */
  public RawHttp2 begin(byte[] settings) throws IOException {
    begun = true;
    send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return frame(SETTINGS, 0, 0, settings);
  }

  /** Shakes hands and says nothing. */
  public static RawHttp2 handshake(int port, SSLContext tls) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    if (!"h2".equals(socket.getApplicationProtocol())) {
      throw new IOException("the server does not speak h2");
    }
    return new RawHttp2(socket);
  }

  public RawHttp2 send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  public RawHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
    return send(frame.array());
  }

  /**
   * A whole header block; pseudo-headers are headers here.
   *
   * @param headers names and values in turn
   */
  public RawHttp2 headers(int stream, boolean end, String... headers) throws IOException {
    return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(headers));
  }

  public RawHttp2 get(int stream, String path, String... headers) throws IOException {
    return request(stream, true, "GET", path, headers);
  }

  /** A head with the usual pseudo-headers before the given headers. */
  public RawHttp2 request(int stream, boolean end, String method, String path, String... headers)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(":method", method, ":scheme", "https"));
    all.addAll(List.of(":authority", "127.0.0.1", ":path", path));
    all.addAll(List.of(headers));
    return headers(stream, end, all.toArray(String[]::new));
  }

  public static byte[] block(String... headers) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < headers.length; i += 2) {
      block.write(0);
      text(block, headers[i]);
      text(block, headers[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int rest = bytes.length;
    if (rest < LENGTH_PREFIX) {
      block.write(rest);
    } else {
      block.write(LENGTH_PREFIX);
      for (rest -= LENGTH_PREFIX; rest >= 128; rest /= 128) {
        block.write(rest % 128 + 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** The next frame; null when the other side has closed. */
  public @Nullable Frame read() throws IOException {
    try {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt() & Integer.MAX_VALUE;
      byte[] payload = new byte[lengthAndType >>> 8];
      in.readFully(payload);
      Frame frame = new Frame(lengthAndType & 0xFF, flags, stream, payload);
      if (begun && frame.type() == SETTINGS && (flags & ACK) == 0) {
        frame(SETTINGS, ACK, 0, NOTHING);
      }
      return frame;
    } catch (EOFException | SocketException closed) {
      return null;
    }
  }

  /**
   * The reply on one stream; what comes on others is dropped.
   *
   * @throws Ended when the stream or the connection ends first
   */
  public Reply reply(int stream) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      Frame frame = next();
      if (frame.type() == HEADERS) {
        Map<String, List<String>> decoded = decode(frame);
        boolean interim = decoded.getOrDefault(":status", List.of("")).get(0).startsWith("1");
        if (frame.stream() == stream && !interim) {
          headers.putAll(decoded);
        }
      } else if (frame.type() == DATA && frame.stream() == stream) {
        body.write(frame.payload());
      } else if (frame.type() == RST_STREAM && frame.stream() == stream) {
        throw new Ended("reset " + ByteBuffer.wrap(frame.payload()).getInt());
      } else if (frame.type() == GOAWAY) {
        throw new Ended("goaway " + ByteBuffer.wrap(frame.payload()).getInt(4));
      }
      boolean last = frame.type() <= HEADERS && (frame.flags() & END_STREAM) != 0;
      if (last && frame.stream() == stream) {
        int status = Integer.parseInt(headers.get(":status").get(0));
        return new Reply("HTTP/2", status, headers, body.toString(StandardCharsets.UTF_8));
      }
    }
  }

  /** Reads until the connection ends; how it did, as in {@link Ended}. */
  public String ending() throws IOException {
    Frame last = null;
    for (Frame next = read(); next != null; next = read()) {
      last = next.type() == GOAWAY ? next : last;
    }
    return last == null ? "closed" : "goaway " + ByteBuffer.wrap(last.payload()).getInt(4);
  }

  private Frame next() throws IOException {
    Frame frame = read();
    if (frame == null) {
      throw new Ended("closed");
    }
    return frame;
  }

  private Map<String, List<String>> decode(Frame frame) throws IOException {
    try {
      int skipped = (frame.flags() & PRIORITY) == 0 ? 0 : PRIORITY_LENGTH;
      Http2Headers decoded =
          decoder.decodeHeaders(
              frame.stream(),
              Unpooled.wrappedBuffer(frame.payload(), skipped, frame.payload().length - skipped));
      Map<String, List<String>> headers = new TreeMap<>();
      decoded.forEach(
          header ->
              headers
                  .computeIfAbsent(header.getKey().toString(), name -> new ArrayList<>())
                  .add(header.getValue().toString()));
      return headers;
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
