package io.holdpoint.config;

import static io.holdpoint.config.AllowedHosts.Verdict.ALLOWED;
import static io.holdpoint.config.AllowedHosts.Verdict.MALFORMED;
import static io.holdpoint.config.AllowedHosts.Verdict.NOT_ALLOWED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
  private static final AllowedHosts HOSTS =
      AllowedHosts.parse(
          "hooks.example.com, *.Internal.example,http://127.0.0.1,ports.example:8443,"
              + "http://[::1]:8080,http://[2001:0DB8:0::0001]");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hooks.example.com",
        "https://hooks.example.com/",
        "https://HOOKS.example.com:8443/a?b=c%20d",
        "https://a.internal.example/",
        "https://a.b.internal.example/",
        "http://127.0.0.1:9999/x",
        "https://ports.example:8443/",
        "http://[::1]:8080/",
        "http://[0:0:0:0:0:0:0:1]:8080/",
        "http://[2001:db8::1]/",
        "http://[2001:DB8:0:0::1]:9/"
      })
  void whatIsListedIsAllowed(String url) {
    assertThat(HOSTS.judge(url)).isEqualTo(ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://internal.example/",
        "https://xinternal.example/",
        "https://a.internal.example.evil.example/",
        "https://hooks.example.com.evil.example/",
        "https://hooks.example.com./",
        "https://xhooks.example.com/",
        "https://ports.example/",
        "https://ports.example:8444/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::1%25lo]:8080/",
        "http://[2001:db8::2]/",
        "http://127.0.0.2/",
        "http://localhost/",
        "https://169.254.169.254/latest"
      })
  void whatIsNotListedIsNot(String url) {
    assertThat(HOSTS.judge(url)).isEqualTo(NOT_ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hooks.example.com",
        "//hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https:hooks.example.com",
        "https:///x",
        "https://user@hooks.example.com/",
        "https://hooks.example.com@evil.example/",
        "https://evil.example#@hooks.example.com/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com\\@evil.example/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\u00e9",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:65536/",
        "https://hooks.example.com/\r\nHost: evil",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/"
      })
  void whatHasNoSingleReadingIsMalformedOrNotListed(String url) {
    assertThat(HOSTS.judge(url)).isIn(MALFORMED, NOT_ALLOWED);
  }

  @Test
  void anIpv4AddressInIpv6ClothesStaysApartFromIt() {
    AllowedHosts mapped = AllowedHosts.parse("http://[::ffff:127.0.0.1]");

    assertThat(mapped.judge("http://[::ffff:7f00:1]/")).isEqualTo(ALLOWED);
    assertThat(mapped.judge("http://127.0.0.1/")).isEqualTo(NOT_ALLOWED);
  }

  @Test
  void theLastPortIsOne() {
    assertThat(AllowedHosts.parse("h.example:65535").judge("https://h.example:65535/"))
        .isEqualTo(ALLOWED);
  }

  @Test
  void aLongUrlIsMalformed() {
    String url = "https://hooks.example.com/";
    assertThat(HOSTS.judge(url + "x".repeat(2_048 - url.length()))).isEqualTo(ALLOWED);
    assertThat(HOSTS.judge(url + "x".repeat(2_049 - url.length()))).isEqualTo(MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"'', true", "'  ', true", "'h.example', false"})
  void anEmptyListAllowsNothing(String list, boolean empty) {
    assertThat(AllowedHosts.parse(list).isEmpty()).isEqualTo(empty);
    assertThat(AllowedHosts.parse(list).judge("https://other.example/")).isEqualTo(NOT_ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "*.",
        "a,,b",
        "a.*.b",
        "https://h/path",
        "ftp://h",
        "h:0",
        "h:99999999",
        "h:65536",
        "under_score.example",
        "_h.example",
        "h.-x",
        "*.a..b",
        "1.2",
        "[1::2::3]",
        "[:::]",
        "user@h",
        "h?q"
      })
  void anEntryThatIsNoneEndsTheStart(String list) {
    assertThatThrownBy(() -> AllowedHosts.parse(list))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("webhook.allowed-hosts (HOLDPOINT_WEBHOOK_ALLOWED_HOSTS)")
        .hasMessageContaining("allowed: a host, *.suffix or http://host");
  }
}
