package io.holdpoint.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What members are sent, and what a member that takes nothing costs. */
class EventRelayTest {
  private static final Throwable SILENCE = new ReplyException(ReplyFailure.TIMEOUT, "no reply");
  private static final Throwable NO_CONSUMER = new ReplyException(ReplyFailure.NO_HANDLERS);

  private final RelayBench bench = new RelayBench();

  @Test
  void oneAloneGoesToEveryMemberAtOnce() {
    bench.publish(1);

    assertThat(bench.batches("a")).containsExactly(List.of(1L));
    assertThat(bench.batches("b")).containsExactly(List.of(1L));
  }

  @Test
  void whatWaitsGoesTogetherAndOneBatchAtATimeIsUnderWay() {
    bench.freeze("a");
    bench.publish(3);
    bench.publish(1);
    bench.publish(1);
    bench.thaw("a");

    assertThat(bench.batches("a")).containsExactly(List.of(1L, 2L, 3L), List.of(4L, 5L));
    assertThat(bench.batches("b")).containsExactly(List.of(1L, 2L, 3L), List.of(4L), List.of(5L));
  }

  @Test
  void noBatchIsLongerThanAReceiverMayReadAtOnce() {
    bench.publish(2 * MemberQueue.LONGEST_BATCH + 1);

    assertThat(bench.batches("a"))
        .extracting(List::size)
        .containsExactly(MemberQueue.LONGEST_BATCH, MemberQueue.LONGEST_BATCH, 1);
    assertThat(bench.sent("a")).isEqualTo(upTo(bench.published()));
  }

  @Test
  void memberThatNeverAnswersCostsABoundAndTheOthersNothing() {
    bench.freeze("a");
    for (int i = 0; i < 50; i++) {
      bench.publish(100);
    }

    assertThat(bench.sent("a")).isEqualTo(upTo(100));
    assertThat(bench.dropped()).isEqualTo(5_000 - 100 - MemberQueue.LONGEST);
    assertThat(bench.sent("b")).isEqualTo(upTo(5_000));

    bench.giveUp("a", SILENCE);
    bench.publish(1);

    assertThat(bench.sent("a")).hasSize(100);
    assertThat(bench.dropped()).as("all that it did not take").isEqualTo(5_001);
    assertThat(bench.sent("b")).isEqualTo(upTo(5_001));
  }

  @Test
  void memberThatWasSilentIsTriedAgainWithOneEventAndHearsTheNextOnes() {
    bench.freeze("a");
    bench.publish(2);
    bench.giveUp("a", SILENCE);
    bench.pass(MemberQueue.SILENT.minusNanos(1));
    bench.publish(1);
    bench.pass(Duration.ofNanos(1));
    bench.publish(1);
    bench.publish(2);

    assertThat(bench.batches("a")).containsExactly(List.of(1L, 2L), List.of(4L));

    bench.thaw("a");
    bench.publish(1);

    assertThat(bench.sent("a")).containsExactly(1L, 2L, 4L, 5L, 6L, 7L);
    assertThat(bench.dropped()).isEqualTo(3);
    assertThat(bench.sent("b")).isEqualTo(upTo(7));
  }

  @Test
  void memberWithoutAConsumerIsNoLossAndFoundOnceItHasOne() {
    bench.fail("a", NO_CONSUMER);
    bench.publish(1);
    bench.publish(1);
    bench.thaw("a");
    bench.pass(MemberQueue.DEAF.minusNanos(1));
    bench.publish(1);
    bench.pass(Duration.ofNanos(1));
    bench.publish(1);

    assertThat(bench.sent("a")).as("tried with 1, left alone for 2 and 3").containsExactly(1L, 4L);
    assertThat(bench.dropped()).isZero();
    assertThat(bench.sent("b")).isEqualTo(upTo(4));
  }

  @Test
  void whoComesHearsOfEventsSoonAndWhoLeftIsForgotten() {
    bench.freeze("a");
    bench.publish(1);
    bench.publish(5);
    bench.present.remove("a");
    bench.present.add("c");
    bench.freeze("c");
    bench.pass(EventRelay.LOOK);
    bench.publish(1);
    bench.thaw("a");
    bench.publish(1);

    assertThat(bench.sent("a")).as("nothing after it left").containsExactly(1L);
    assertThat(bench.sent("c")).containsExactly(7L);
    assertThat(bench.dropped()).isZero();
  }

  @Test
  void whatIsClosedSendsNoMore() {
    bench.freeze("a");
    bench.publish(1);
    bench.publish(5);
    bench.close();
    bench.publish(1);
    bench.thaw("a");

    assertThat(bench.sent("a")).containsExactly(1L);
    assertThat(bench.sent("b")).isEqualTo(upTo(6));
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
