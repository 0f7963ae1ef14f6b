package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgConnectOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrimaryFinderTest {
  private static final String FIRST = "db1:5432";
  private static final String SECOND = "db2:5432";
  private static final String THIRD = "db3:5432";

  private final Map<String, Promise<Long>> asked = new HashMap<>();
  private final Promise<Void> grace = Promise.promise();
  private int questions;
  private final PrimaryFinder finder =
      new PrimaryFinder(
          PostgresUri.parse("postgresql://u:p@db1,db2,db3/name").servers(),
          this::ask,
          millis -> grace.future());

  private Future<Long> ask(PgConnectOptions server) {
    questions++;
    Promise<Long> answer = Promise.promise();
    asked.put(PostgresUri.address(server), answer);
    return answer.future();
  }

  @Test
  void theOneThatTakesWritesIsFound() {
    Future<PgConnectOptions> found = finder.find();
    isStandby(FIRST);
    takesWrites(SECOND, 1);
    isStandby(THIRD);

    assertThat(address(found)).isEqualTo(SECOND);
  }

  @Test
  void ofTwoThatTakeWritesTheOnePromotedLastIsRight() {
    Future<PgConnectOptions> found = finder.find();
    takesWrites(FIRST, 3);
    takesWrites(THIRD, 4);
    isStandby(SECOND);

    assertThat(address(found)).isEqualTo(THIRD);
  }

  @Test
  void silentServerIsWaitedForAsLongAsTheGraceOnly() {
    Future<PgConnectOptions> found = finder.find();
    takesWrites(SECOND, 1);
    isStandby(THIRD);
    assertThat(found.isComplete()).isFalse();

    grace.complete();

    assertThat(address(found)).isEqualTo(SECOND);
  }

  @Test
  void silentServersAloneAreWaitedFor() {
    Future<PgConnectOptions> found = finder.find();
    isStandby(FIRST);
    isStandby(SECOND);
    assertThat(found.isComplete()).isFalse();

    takesWrites(THIRD, 1);

    assertThat(address(found)).isEqualTo(THIRD);
  }

  @Test
  void whereNobodyTakesWritesEveryServersReasonIsTold() {
    Future<PgConnectOptions> found = finder.find();
    isStandby(FIRST);
    asked.get(SECOND).fail("connection refused");
    isStandby(THIRD);

    assertThat(found.cause())
        .isInstanceOfSatisfying(
            StoreException.class,
            refused -> assertThat(refused.kind()).isEqualTo(StoreException.Kind.NOT_SENT))
        .hasMessageContainingAll(
            FIRST + ": it is a standby", SECOND + ": connection refused", THIRD);
  }

  @Test
  void primaryThatWasLeftBehindIsNeverGoneBackTo() {
    Future<PgConnectOptions> first = finder.find();
    takesWrites(SECOND, 2);
    isStandby(FIRST);
    isStandby(THIRD);
    assertThat(address(first)).isEqualTo(SECOND);

    Future<PgConnectOptions> second = finder.find();
    takesWrites(FIRST, 1);
    asked.get(SECOND).fail("connection refused");
    isStandby(THIRD);
    assertThat(second.cause()).hasMessageContaining(FIRST + " takes writes on timeline 1");

    Future<PgConnectOptions> third = finder.find();
    isStandby(FIRST);
    asked.get(SECOND).fail("connection refused");
    takesWrites(THIRD, 3);
    assertThat(address(third)).isEqualTo(THIRD);
  }

  @Test
  void whoeverComesDuringASearchGetsItsResultAndLaterThereIsAnother() {
    Future<PgConnectOptions> first = finder.find();
    Future<PgConnectOptions> second = finder.find();
    assertThat(questions).isEqualTo(3);
    takesWrites(FIRST, 1);
    isStandby(SECOND);
    isStandby(THIRD);
    assertThat(List.of(address(first), address(second))).containsOnly(FIRST);

    assertThat(finder.find().isComplete()).isFalse();
    assertThat(questions).isEqualTo(6);
  }

  private void takesWrites(String server, long timeline) {
    asked.get(server).complete(timeline);
  }

  private void isStandby(String server) {
    asked.get(server).fail(StoreException.notSent("it is a standby"));
  }

  private static String address(Future<PgConnectOptions> found) {
    return PostgresUri.address(found.result());
  }
}
