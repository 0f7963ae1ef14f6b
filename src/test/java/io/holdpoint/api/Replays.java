package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.TestDatabase;
import java.util.List;

/** What the answers to copies of signed requests look like. */
final class Replays {
  private Replays() {}

  /** The first answer again, said to be so, under a request id of its own. */
  static void assertCopy(Reply copy, Reply first) {
    String original = first.json().getString("RequestId");
    assertThat(copy.status()).as(copy.body()).isEqualTo(200);
    assertThat(copy.result()).isEqualTo(first.result());
    assertThat(copy.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(copy.header("x-holdpoint-original-request-id")).isEqualTo(original);
    assertThat(copy.header("x-holdpoint-task-id")).isEqualTo(first.header("x-holdpoint-task-id"));
    assertThat(copy.json().getString("RequestId")).isNotEqualTo(original);
  }

  static void assertNonceUsed(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("SignatureNonceUsed");
    assertThat(reply.json().getString("Message"))
        .isEqualTo("Specified signature nonce was used already.");
  }

  /** Answers of copies sent at the same time: one is the first, the others repeat it. */
  static void assertOneAnswer(List<Reply> replies) {
    assertThat(replies).allSatisfy(reply -> assertThat(reply.status()).isEqualTo(200));
    List<Reply> firsts =
        replies.stream().filter(reply -> reply.header("Idempotency-Replayed") == null).toList();
    assertThat(firsts).hasSize(1);
    assertThat(replies)
        .filteredOn(reply -> !firsts.contains(reply))
        .allSatisfy(copy -> assertCopy(copy, firsts.get(0)));
  }

  /** The kinds of an instance's events, in their order. */
  static List<Object> events(TestDatabase database, String instance) {
    return database
        .rows("SELECT kind FROM events WHERE instance_id = '" + instance + "' ORDER BY sequence")
        .stream()
        .map(row -> row.get("kind"))
        .toList();
  }

  /** An instance of that id comes into being, with two nodes. */
  static void bringInstance(TestDatabase database, String instance) {
    database.execute(
        "INSERT INTO instances (account_id, instance_id, version, description, node_amount,"
            + " specification) VALUES ('default', '"
            + instance
            + "', '7.4.0', 'x', 2, '{}');"
            + " INSERT INTO nodes (account_id, instance_id, node_id, position, address, driver)"
            + " SELECT 'default', '"
            + instance
            + "', 'node-' || n, n, '10.0.0.' || n, 'simulated' FROM generate_series(1, 2) AS n");
  }
}
