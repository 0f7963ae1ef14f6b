package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time a request head over HTTP/1.1 may take, on a clock that the test turns. */
class HeadDeadlineTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String BODY = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n";

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private int slow;

  @BeforeEach
  void connect() {
    channel.freezeTime();
    StrictHead strictHead = new StrictHead();
    HeadDeadline deadline = new HeadDeadline(channel, Duration.ofSeconds(10), () -> slow++);
    channel
        .pipeline()
        .addLast(new HeadGate(strictHead, deadline), new HttpRequestDecoder(), strictHead);
  }

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() {
    pass(9_999);
    assertThat(channel.isActive()).isTrue();
    pass(1);
    assertClosed();
  }

  @Test
  void aHeadThatTricklesIsClosedAtTheDeadlineOfItsFirstByte() {
    pass(8_000);
    for (int second = 0; second < 10; second++) {
      assertThat(channel.isActive()).as("second " + second).isTrue();
      send(GET.substring(second, second + 1));
      pass(1_000);
    }
    assertClosed();
  }

  @Test
  void aHeadThatEndsInTimeIsNotTimedAnyMore() {
    send(GET.substring(0, 20));
    pass(9_000);
    send(GET.substring(20));
    pass(60_000);

    assertOpen();
  }

  @Test
  void anIdleConnectionAndABodyAreOthersBusiness() {
    send(GET);
    pass(60_000);
    send(BODY + "x");
    pass(60_000);
    send("y");
    pass(60_000);

    assertOpen();
  }

  @Test
  void anEmptyLineBeginsAHead() {
    send(GET + "\r\n");
    pass(10_000);

    assertClosed();
  }

  @Test
  void theNextHeadHasItsOwnTime() {
    send(GET.substring(0, 20));
    pass(9_000);
    send(GET.substring(20) + GET.substring(0, 20));
    pass(9_000);
    assertThat(channel.isActive()).isTrue();
    pass(1_000);

    assertClosed();
  }

  @Test
  void bytesThatWeDoNotReadAreNotLate() {
    send(GET + GET.substring(0, 20));
    channel.config().setAutoRead(false);
    pass(15_000);
    assertThat(channel.isActive()).isTrue();
    channel.config().setAutoRead(true);
    send(GET.substring(20));
    pass(60_000);

    assertOpen();
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private void assertClosed() {
    assertThat(channel.isActive()).isFalse();
    assertThat(slow).isEqualTo(1);
  }

  private void assertOpen() {
    assertThat(channel.isActive()).isTrue();
    assertThat(slow).isZero();
  }
}
