package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.api.HeadRefused.Reason;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules over HTTP/2, also those that the decoder of today enforces before them. */
class HeadRulesTest {
  private final HeadRules rules = new HeadRules();

  @ParameterizedTest
  @ValueSource(
      strings = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"})
  void aHeaderOfAConnectionIsRefused(String name) {
    assertThat(rules.broken(head().add(name, "x"))).isEqualTo(Reason.CONNECTION_HEADER);
  }

  @ParameterizedTest
  @CsvSource({"x-acs-nonce", "x-holdpoint-reason", "authorization", "content-length", "date"})
  void aHeaderThatIsReadAsOneValueIsRefusedWhenItComesTwice(String name) {
    assertThat(rules.broken(head().add(name, "1"))).isNull();
    assertThat(rules.broken(head().add(name, "1").add(name, "1")))
        .isEqualTo(Reason.REPEATED_HEADER);
  }

  @Test
  void theHostIsNamedOnceOrTwiceAlike() {
    assertThat(rules.broken(head())).isNull();
    assertThat(rules.broken(head().add("host", "h:1"))).isNull();
    assertThat(rules.broken(head().add("host", "H:1"))).isEqualTo(Reason.HOST);
    assertThat(rules.broken(head().add("host", "h:1").add("host", "h:1"))).isEqualTo(Reason.HOST);
    Http2Headers withoutAuthority = head();
    withoutAuthority.remove(":authority");
    assertThat(rules.broken(withoutAuthority)).isEqualTo(Reason.HOST);
    assertThat(rules.broken(withoutAuthority.add("host", "h"))).isNull();
  }

  @Test
  void aTargetBeginsWithASlash() {
    assertThat(rules.broken(head().path("a"))).isEqualTo(Reason.TARGET_FORM);
    assertThat(rules.broken(head().path(""))).isEqualTo(Reason.TARGET_FORM);
    assertThat(rules.broken(head().method("CONNECT"))).isEqualTo(Reason.TARGET_FORM);
    assertThat(rules.broken(head().add(":protocol", "x"))).isEqualTo(Reason.TARGET_FORM);
  }

  private static Http2Headers head() {
    return new DefaultHttp2Headers(false)
        .method("POST")
        .scheme("https")
        .authority("h:1")
        .path("/a");
  }
}
