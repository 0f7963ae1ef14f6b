package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.cli.CallEnd.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reply is for standard output alone; what a script or a person needs beside it is not. */
class CallOutputTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void replyIsPrintedAsItCame() {
    output("InterruptLogstashTask").end(end(Kind.DONE, reply(200, "{\"Result\" : \"ü\"}")), false);

    assertThat(text(out)).isEqualTo("{\"Result\" : \"ü\"}" + System.lineSeparator());
    assertThat(text(err)).isEmpty();
  }

  @Test
  void madeUpTokenIsToldBeside() {
    output("InterruptLogstashTask").token();

    assertThat(text(err)).isEqualTo("holdpoint: client token t-1" + System.lineSeparator());
    assertThat(text(out)).isEmpty();
  }

  @Test
  void refusalIsPrintedAndSaid() {
    CallReply refusal = reply(400, "{\"Code\":\"InstanceNotFound\"}\n");

    output("InterruptLogstashTask").end(end(Kind.REFUSED, refusal), false);

    assertThat(text(out)).isEqualTo("{\"Code\":\"InstanceNotFound\"}\n");
    assertThat(text(err)).contains("refused: 400 InstanceNotFound");
  }

  @Test
  void unknownOutcomeSaysHowToFindOut() {
    output("InterruptLogstashTask").end(lost(new IOException("reset")), false);

    assertThat(text(out)).isEmpty();
    assertThat(text(err))
        .contains("no answer from http://127.0.0.1:8080: reset, after 3 attempt(s)")
        .contains("with --client-token t-1 finds out");
  }

  @Test
  void readHasNoOutcomeToFindOut() {
    output("DescribeLogstash").end(lost(new IOException("reset")), false);

    assertThat(text(err)).contains("reset").doesNotContain("finds out");
  }

  @Test
  void jsonTellsAboutTheCall() {
    CallReply replayed =
        new CallReply(
            200,
            Map.of("x-acs-request-id", "r-2", "idempotency-replayed", "true"),
            "{\"Result\":true,\"RequestId\":\"r-2\"}".getBytes(StandardCharsets.UTF_8));

    output("InterruptLogstashTask").end(end(Kind.DONE, replayed), true);

    assertThat(text(out).strip())
        .isEqualTo(
            "{\"exitCode\":0,\"operation\":\"InterruptLogstashTask\",\"clientToken\":\"t-1\","
                + "\"attempts\":3,\"status\":200,\"requestId\":\"r-2\",\"replayed\":\"true\","
                + "\"body\":{\"Result\":true,\"RequestId\":\"r-2\"}}");
  }

  @Test
  void jsonTellsWhyThereWasNoReply() {
    output("InterruptLogstashTask").end(lost(new IOException("reset")), true);

    assertThat(text(out)).contains("\"exitCode\":5", "\"error\":\"no answer from http://");
  }

  @Test
  void attemptsWithoutAnAnswerSayWhy() {
    CallOutput output = output("InterruptLogstashTask");
    output.again(1, null, caused(new ConnectException(), new ClosedChannelException()));
    output.again(2, null, caused(new ConnectException(), new UnresolvedAddressException()));
    output.again(3, null, new IOException("PKIX", new CertificateException("no path")));
    output.again(4, reply(503, "{\"Code\":\"ServiceUnavailable\"}"), null);

    assertThat(text(err).lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("attempt 1: ", ": cannot connect; trying again"),
            line -> assertThat(line).contains("attempt 2: ", "cannot be resolved"),
            line -> assertThat(line).contains("attempt 3: ", "not trusted (PKIX); see --ca"),
            line -> assertThat(line).contains("attempt 4: 503 ServiceUnavailable"));
  }

  private static IOException caused(IOException failure, Exception cause) {
    failure.initCause(cause);
    return failure;
  }

  private CallOutput output(String operation) {
    return new CallOutput(
        CallContract.load().operation(operation),
        CallEndpoint.parse(CallEndpoint.DEFAULT),
        "t-1",
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static CallEnd end(Kind kind, CallReply reply) {
    return new CallEnd(kind, 3, reply, null);
  }

  private static CallEnd lost(IOException failure) {
    return new CallEnd(Kind.UNKNOWN, 3, null, failure);
  }

  private static CallReply reply(int status, String body) {
    return new CallReply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
