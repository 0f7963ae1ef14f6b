package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sender makes of peers that do not behave. */
class HttpCallSenderTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(100);

  private ServerSocket listener;
  private CompletableFuture<String> seen;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  @Test
  void requestIsSentAsItWasSigned() throws Exception {
    answer("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n{}");

    CallReply reply = send(Map.of("Authorization", "acs k:s", "Date", "now"), LONG);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("x-a")).isEqualTo("1");
    assertThat(reply.body()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
    assertThat(seen.join().toLowerCase())
        .startsWith("post /openapi/logstashes/a%20b/actions/interrupt?clienttoken=t http/1.1\r\n")
        .contains("host: 127.0.0.1:" + listener.getLocalPort() + "\r\n")
        .contains("authorization: acs k:s\r\n", "date: now\r\n", "accept: application/json\r\n")
        .contains("content-length: 0\r\n")
        .doesNotContain("upgrade", "content-type");
  }

  @Test
  void redirectIsAnAnswerAndNotFollowed() throws Exception {
    answer("HTTP/1.1 307 x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");

    assertThat(send(Map.of(), LONG).status()).isEqualTo(307);
  }

  @Test
  void silenceEndsWithTheLimit() {
    answer("");

    assertThatThrownBy(() -> send(Map.of(), SHORT)).isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void replyThatStopsHalfWayEndsWithTheLimit() {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"Result\":true");

    assertThatThrownBy(() -> send(Map.of(), SHORT)).isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void nobodyThereIsToldFromALostReply() throws IOException {
    listener.close();

    assertThatThrownBy(() -> send(Map.of(), LONG)).isInstanceOf(ConnectException.class);
  }

  @Test
  void replyThatIsTooLongIsNotKept() {
    BoundedBody body = new BoundedBody(4);
    AtomicBoolean cancelled = new AtomicBoolean();
    body.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long pieces) {}

          @Override
          public void cancel() {
            cancelled.set(true);
          }
        });

    body.onNext(List.of(ByteBuffer.wrap(new byte[4])));
    assertThat(body.getBody().toCompletableFuture()).isNotDone();
    body.onNext(List.of(ByteBuffer.wrap(new byte[1])));

    assertThat(cancelled).isTrue();
    assertThatThrownBy(() -> body.getBody().toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("longer than 4 bytes");
  }

  private CallReply send(Map<String, String> added, Duration limit) throws IOException {
    CallRequest request =
        new CallRequest(
            CallEndpoint.parse("http://127.0.0.1:" + listener.getLocalPort()),
            CallContract.load().operation("InterruptLogstashTask"),
            Map.of("InstanceId", "a b", "clientToken", "t"),
            new byte[0]);
    return new HttpCallSender(null).send(request, added, limit);
  }

  /** Answers one request, whose head comes back, and leaves the connection open. */
  private void answer(String text) {
    seen =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                Socket client = listener.accept();
                String head = head(client.getInputStream());
                client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                return head;
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("no head");
      }
      head.append((char) read);
    }
    return head.toString();
  }
}
