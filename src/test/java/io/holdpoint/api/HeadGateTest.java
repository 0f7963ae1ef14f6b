package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** However a stream is cut into segments, what comes out of the decoder is the same. */
class HeadGateTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String FOLDED = "GET /f HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n";
  private static final String COUNTED =
      "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n\r\n x\r\n\r\n\t";
  private static final String CHUNKED =
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "8;e=1\r\n\r\n x\r\n\r\n\r\n2\r\n\r\n\r\n0\r\n";

  static final List<Arguments> STREAMS =
      List.of(
          Arguments.of("two requests without a body", GET + GET, "/a[] /a[]"),
          Arguments.of("an empty line between", GET + "\r\n" + GET, "/a[] /a[]"),
          Arguments.of(
              "a counted body that looks like a fold", COUNTED + GET, "/b[__ x____\t] /a[]"),
          Arguments.of(
              "a chunked body with empty lines", CHUNKED + "\r\n" + GET, "/c[__ x______] /a[]"),
          Arguments.of("trailers", CHUNKED + "T: 1\r\n\r\n" + GET, "/c[__ x______] /a[]"),
          Arguments.of("a fold", FOLDED + GET, "refused"),
          Arguments.of("a fold behind a request", GET + FOLDED + GET, "/a[] refused"),
          Arguments.of("a fold behind a counted body", COUNTED + FOLDED, "/b[__ x____\t] refused"),
          Arguments.of(
              "a fold behind a chunked body", CHUNKED + "\r\n" + FOLDED, "/c[__ x______] refused"),
          Arguments.of(
              "a fold behind trailers",
              CHUNKED + "T: 1\r\n\r\n" + FOLDED,
              "/c[__ x______] refused"),
          Arguments.of("two empty lines between", GET + "\r\n\r\n" + GET, "/a[] refused"),
          Arguments.of("a loose request line", GET + "GET  /a HTTP/1.1\r\n", "/a[] refused"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("STREAMS")
  void readsTheSameHoweverTheStreamIsCut(String name, String stream, String expected) {
    assertThat(read(stream, 0, stream.length())).isEqualTo(expected);
    assertThat(read(stream, 1, 1)).as("byte by byte").isEqualTo(expected);
    for (int cut = 1; cut < stream.length(); cut++) {
      assertThat(read(stream, cut, stream.length())).as("cut at " + cut).isEqualTo(expected);
      assertThat(read(stream, 0, cut)).as("pieces of " + cut).isEqualTo(expected);
    }
  }

  private static String read(String stream, int first, int step) {
    StrictHead strictHead = new StrictHead();
    EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(), strictHead);
    HeadDeadline deadline = new HeadDeadline(channel, Duration.ofMinutes(1), () -> {});
    channel.pipeline().addFirst(new HeadGate(strictHead, deadline));
    byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
    int from = 0;
    int to = first > 0 ? first : step;
    while (from < bytes.length) {
      int end = Math.min(to, bytes.length);
      ByteBuf segment = ByteBufAllocator.DEFAULT.buffer();
      channel.writeInbound(segment.writeBytes(bytes, from, end - from));
      from = end;
      to = end + step;
    }
    String read = drain(channel);
    channel.finishAndReleaseAll();
    return read;
  }

  private static String drain(EmbeddedChannel channel) {
    StringBuilder read = new StringBuilder();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      if (next instanceof HttpRequest request) {
        read.append(request.decoderResult().isSuccess() ? request.uri() + "[" : "refused ");
      }
      if (next instanceof HttpContent content) {
        String text = content.content().toString(StandardCharsets.ISO_8859_1);
        read.append(text.replace('\r', '_').replace('\n', '_'));
        read.append(content instanceof LastHttpContent ? "] " : "");
        content.release();
      }
    }
    return read.toString().stripTrailing();
  }
}
