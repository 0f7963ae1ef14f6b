package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that no honest server gives. */
class SenderIT {
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private final Vertx vertx = Vertx.vertx();
  private ServerSocket listener;
  private Sender sender;

  @BeforeEach
  void open() throws IOException {
    listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    sender =
        new Sender(vertx, TIMEOUT, 1, InstantSource.fixed(Instant.ofEpochSecond(1_614_265_330)));
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
    sender.close().await(5, TimeUnit.SECONDS);
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  @Test
  void theStatusDecidesThoughTheBodyNeverEnds() throws Exception {
    serve("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 0);

    assertThat(send(Promise.<Void>promise().future()).kind()).isEqualTo(Receipt.Kind.TAKEN);
  }

  @Test
  void anEndlessBodyIsNotRead() throws Exception {
    serve("HTTP/1.1 500 Oh\r\n\r\nfailed ", Integer.MAX_VALUE);

    Receipt receipt = send(Promise.<Void>promise().future());

    assertThat(receipt.kind()).isEqualTo(Receipt.Kind.FAILED);
    assertThat(receipt.error()).startsWith("answered 500: failed xxx").hasSizeLessThan(301);
  }

  @Test
  void anAnswerThatIsNotHttpFails() throws Exception {
    serve("SSH-2.0-OpenSSH_9.6\r\n\r\n", 0);

    assertThat(send(Promise.<Void>promise().future()).kind()).isEqualTo(Receipt.Kind.FAILED);
  }

  @Test
  void whoeverDoesNotAnswerIsGivenUpInTime() throws Exception {
    serve("", 0);

    assertThat(send(Promise.<Void>promise().future()))
        .isEqualTo(Receipt.failed("no answer within 500 ms"));
    // The one connection that there may be is free again.
    serve("HTTP/1.1 204 No Content\r\n\r\n", 0);
    assertThat(send(Promise.<Void>promise().future()).kind()).isEqualTo(Receipt.Kind.TAKEN);
  }

  @Test
  void itCanBeBrokenOff() throws Exception {
    Promise<Void> cut = Promise.promise();
    cut.complete();
    serve("", 0);

    assertThat(send(cut.future()).kind()).isEqualTo(Receipt.Kind.CUT);
  }

  private Receipt send(Future<Void> cut) throws Exception {
    Promise<Receipt> receipt = Promise.promise();
    String url = "http://127.0.0.1:" + listener.getLocalPort() + "/";
    Message message = new Message("msg_1", Buffer.buffer("{}"));
    vertx.runOnContext(begin -> sender.send(url, "whsec_AAAA", message, cut).onComplete(receipt));
    return receipt.future().await(10, TimeUnit.SECONDS);
  }

  /** The next connection gets a beginning, then so many letters, and is left open. */
  private void serve(String beginning, int more) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = listener.accept()) {
                OutputStream out = socket.getOutputStream();
                out.write(beginning.getBytes(StandardCharsets.US_ASCII));
                for (int sent = 0; sent < more; sent += 1_000) {
                  out.write("x".repeat(1_000).getBytes(StandardCharsets.US_ASCII));
                }
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException closed) {
                // One of both ends it.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
