package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.task.Direction;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.RawHttp2;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests over HTTP/2 with two readings, or against its rules, sent frame by frame: each would
 * interrupt a running task. Every one is refused, and the connection's other streams go on unless
 * the connection itself is broken.
 */
@ExtendWith(DatabaseExtension.class)
class Http2StrictIT {
  private static final TestIdentity SERVER = TestIdentity.of("holdpoint");
  private static final String ALL = "/openapi/logstashes";

  private static TlsService service;
  private static TestDatabase database;
  private static String interrupt;

  @BeforeAll
  static void startATask(TestDatabase fresh, @TempDir Path directory) {
    database = fresh;
    service = TlsService.start(fresh, directory, SERVER, Map.of());
    Situation busy = new Situation(TaskState.RUNNING, Direction.FORWARD, false, null);
    interrupt = ALL + "/" + new TaskRows(fresh).instance(busy) + "/actions/interrupt";
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void nothingHappened() {
    assertThat(database.text("SELECT state FROM tasks")).isEqualTo("running");
    assertThat(database.count("SELECT count(*) FROM commands")).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a signed header twice      | x-acs-date: a, x-acs-date: a          | occurs more than once
          authorization twice        | authorization: a, authorization: b    | occurs more than once
          a content type twice       | content-type: a, content-type: b      | occurs more than once
          a reason twice             | x-holdpoint-reason: a, x-holdpoint-reason: b | occurs more than
          another host               | host: evil                            | one valid Host header
          another port               | host: 127.0.0.1:1                     | one valid Host header
          a host twice               | host: 127.0.0.1, host: 127.0.0.1      | one valid Host header
          """)
  void refusesAHeadWithTwoReadings(String name, String headers, String sentence)
      throws IOException {
    try (RawHttp2 http = connect()) {
      Reply reply = http.request(1, true, "POST", interrupt, pairs(headers)).reply(1);

      Envelope.assertRefused(reply, "InvalidRequest", "");
      assertThat(new JsonObject(reply.body()).getString("Message")).contains(sentence);
      assertThat(http.get(3, ALL).reply(3).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {":authority: a.b:1", "host: a.b:1", ":authority: a.b:1, host: a.b:1"})
  void readsTheSameHostHoweverItIsNamed(String host) throws IOException {
    String head = ":method: GET, :path: /x, :scheme: https, " + host;
    try (RawHttp2 http = connect()) {
      Reply reply = http.headers(1, true, pairs(head)).reply(1);

      Envelope.assertRefused(reply, "InvalidApi.NotFound", "");
      assertThat(new JsonObject(reply.body()).getString("HostId")).isEqualTo("a.b");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no host at all           | :method: POST, :scheme: https, :path: {path}
          an odd host              | :method: POST, :scheme: https, :path: {path}, :authority: a@b
          an odd host header       | :method: POST, :scheme: https, :path: {path}, host: a/b
          no slash before the path | :method: POST, :scheme: https, :authority: h, :path: {path}
          the asterisk form        | :method: OPTIONS, :scheme: https, :authority: h, :path: *
          the authority form       | :method: CONNECT, :authority: h
          an extended connect      | :method: CONNECT, :protocol: x, :scheme: https, :authority: h, :path: /
          """)
  void refusesAHeadWithoutTarget(String name, String headers) throws IOException {
    boolean slash = !name.startsWith("no slash");
    String path = slash ? interrupt : interrupt.substring(1);
    try (RawHttp2 http = connect()) {
      Reply reply = http.headers(1, true, pairs(headers.replace("{path}", path))).reply(1);

      Envelope.assertRefused(reply, "InvalidRequest", "");
      assertThat(http.get(3, ALL).reply(3).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a transfer encoding         | transfer-encoding: chunked
          a connection header         | connection: close
          a proxy's connection header | proxy-connection: close
          a keep-alive header         | keep-alive: 1
          an upgrade                  | upgrade: h2c
          a te other than trailers    | te: gzip
          lengths that differ         | content-length: 1, content-length: 2
          a length that is no number  | content-length: +1
          a capital letter in a name  | X-Acs-Date: a
          a space in a name           | a b: c
          a pseudo-header at the end  | a: b, :path: /
          an unknown pseudo-header    | :a: b
          a pseudo-header twice       | :path: /
          """)
  void endsTheStreamOfWhatBreaksHttp2(String name, String headers) throws IOException {
    try (RawHttp2 http = connect()) {
      http.request(1, true, "POST", interrupt, pairs(headers));

      assertThatThrownBy(() -> http.reply(1)).hasMessage("reset 1");
      assertThat(http.get(3, ALL).reply(3).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "10", "13"})
  void endsAHeaderWithAForbiddenCharacter(int character) throws IOException {
    try (RawHttp2 http = connect()) {
      http.request(1, true, "POST", interrupt, "x-acs-date", "a" + (char) character + "b");

      assertThatThrownBy(() -> http.reply(1)).isInstanceOf(RawHttp2.Ended.class);
    }
  }

  @Test
  void endsABodyThatIsNotAsLongAsAnnounced() throws IOException {
    try (RawHttp2 http = connect()) {
      http.request(1, false, "POST", interrupt, "content-length", "3");
      http.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[2]);

      assertThatThrownBy(() -> http.reply(1)).hasMessage("reset 1");
      assertThat(http.get(3, ALL).reply(3).status()).isEqualTo(200);
    }
  }

  @Test
  void refusesTooLongATargetAndTooManyHeaders() throws IOException {
    try (RawHttp2 http = connect()) {
      Reply reply = http.get(1, "/" + "a".repeat(4096)).reply(1);
      Envelope.assertRefused(reply, "RequestUriTooLong", "");

      RawHttp2 sent = http.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 3, half("a"));
      sent.frame(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 3, half("b"));
      assertThat(http.reply(3).status()).isEqualTo(431);
      assertThat(http.get(5, ALL).reply(5).status()).isEqualTo(200);
    }
  }

  private static byte[] half(String name) {
    return RawHttp2.block(name, "x".repeat(11_000));
  }

  @Test
  void countsWhatItRefuses() throws IOException {
    double before = service.metric("holdpoint_requests_refused_total");
    try (RawHttp2 http = connect()) {
      http.get(1, ALL, "host", "evil").reply(1);
    }

    assertThat(service.metric("holdpoint_requests_refused_total")).isEqualTo(before + 1);
  }

  @Test
  void refusesTooLargeABodyAndKeepsTheConnection() throws IOException {
    try (RawHttp2 http = connect()) {
      http.request(1, false, "POST", interrupt, "content-length", "65537");
      Envelope.assertRefused(http.reply(1), "RequestBodyTooLarge", "");
      http.request(3, false, "POST", interrupt);
      for (int i = 0; i < 5; i++) {
        http.frame(RawHttp2.DATA, 0, 3, new byte[14_000]);
      }
      Envelope.assertRefused(http.reply(3), "RequestBodyTooLarge", "");

      assertThat(http.get(5, ALL).reply(5).status()).isEqualTo(200);
    }
  }

  @Test
  void endsAFloodOfResets() throws IOException {
    try (RawHttp2 http = connect()) {
      for (int stream = 1; stream < 2 * 250; stream += 2) {
        http.request(stream, false, "POST", interrupt);
        http.frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
      }

      assertThat(http.ending()).isEqualTo("goaway 11");
    }
  }

  @Test
  void endsAFloodOfSmallContinuations() throws IOException {
    try (RawHttp2 http = connect()) {
      http.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.block(":method", "POST"));
      for (int i = 0; i < 20; i++) {
        http.frame(RawHttp2.CONTINUATION, 0, 1, RawHttp2.block("a", "b"));
      }

      // A reset, because frames were still on their way, may overtake the goodbye.
      assertThat(http.ending()).isIn("goaway 11", "closed");
    }
  }

  @Test
  void saysHowManyStreamsMayBeOpen() throws IOException {
    try (RawHttp2 http = connect()) {
      RawHttp2.Frame settings = http.read();

      assertThat(settings.type()).isEqualTo(RawHttp2.SETTINGS);
      assertThat(new String(settings.payload(), StandardCharsets.ISO_8859_1))
          .contains("\0\3\0\0\0d");
    }
  }

  private static RawHttp2 connect() throws IOException {
    return service.connectHttp2(SERVER.trusted());
  }

  /** {@code name: value} pairs between commas. */
  private static String[] pairs(String headers) {
    return headers
        .replaceAll(", ", "\n")
        .lines()
        .flatMap(
            line -> {
              int colon = line.indexOf(':', 1);
              return Stream.of(line.substring(0, colon), line.substring(colon + 1).strip());
            })
        .toArray(String[]::new);
  }
}
