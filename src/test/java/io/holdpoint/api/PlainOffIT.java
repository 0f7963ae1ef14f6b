package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain HTTP switched off: whoever comes without TLS is told so, and nothing else happens. */
@ExtendWith(DatabaseExtension.class)
class PlainOffIT {
  private static final TestIdentity SERVER = TestIdentity.of("holdpoint");

  private static TlsService service;

  @BeforeAll
  static void start(TestDatabase database, @TempDir Path directory) {
    service = TlsService.start(database, directory, SERVER, Map.of("HOLDPOINT_HTTP_PLAIN", "off"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aCommandWithoutTlsIsDeniedAndWithItServed() {
    Operator operator = new Operator(service.client(SERVER.trusted()));
    String id = operator.createInstance(2);
    assertThat(operator.restart(id).status()).isEqualTo(200);

    Reply denied = service.fixture().interrupt(id, "p-" + id);

    assertThat(denied.status()).isEqualTo(400);
    assertThat(denied.code()).isEqualTo("InvalidProtocol.NeedSsl");
    assertThat(denied.json().getString("Message"))
        .isEqualTo("Your request is denied as lack of ssl protect.");
    assertThat(operator.status(id)).isEqualTo("activating");
    assertThat(operator.interrupt(id, "p-" + id).result()).isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
        "PUT /v1/x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n"
      })
  void everyPlainRequestIsDeniedAndTheLastOne(String request) throws IOException {
    try (RawHttp http = RawHttp.connect(service.fixture().service().port())) {
      var replies = http.send(request).readToClose();

      assertThat(replies).hasSize(1);
      Envelope.assertRefused(replies.get(0), "InvalidProtocol.NeedSsl", "");
      assertThat(replies.get(0).header("connection")).isEqualTo("close");
    }
  }
}
