package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, ::ffff:192.0.2.1",
    "192.0.2.1, ::FFFF:c000:201",
    "192.0.2.1, 0:0:0:0:0:ffff:192.0.2.1",
    "::, 0:0:0:0:0:0:0:0",
    "::1, 0::1",
    "2001:db8::1, 2001:0db8:0:0:0:0:0:1",
    "2001:db8::, 2001:db8:0:0:0:0:0:0",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "fe80::1%eth0, fe80::1",
    "64:ff9b::192.0.2.1, 64:ff9b::c000:201"
  })
  void isTheSameInAllItsForms(String one, String other) {
    assertThat(IpAddress.parse(one)).isEqualTo(IpAddress.parse(other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "1",
        "127.1",
        "0x7f.0.0.1",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.01",
        "192.0.2.1.",
        "192.0.2.-1",
        "+1.0.0.0",
        "192.0.2.1%eth0",
        "%eth0",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "12345::",
        "g::",
        "192.0.2.1::",
        "::192.0.2.1:1",
        "1:::2",
        ":1::2",
        "1::2:",
        "[::1]",
        "\u0661.0.0.1"
      })
  void refusesWhatIsNoLiteral(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: an IPv4 or IPv6 address");
  }

  /** The platform's text of an address is always a literal, so no name service is asked here. */
  @Test
  void readsWhatThePlatformWrites() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[i % 2 == 0 ? 4 : 16];
      random.nextBytes(bytes);
      InetAddress written = InetAddress.getByAddress(bytes);
      IpAddress read = IpAddress.parse(written.getHostAddress());
      if (written instanceof Inet6Address) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        assertThat(read).isEqualTo(new IpAddress(buffer.getLong(), buffer.getLong()));
      } else {
        assertThat((int) read.low()).isEqualTo(ByteBuffer.wrap(bytes).getInt());
        assertThat(read.isV4()).isTrue();
      }
    }
  }
}
