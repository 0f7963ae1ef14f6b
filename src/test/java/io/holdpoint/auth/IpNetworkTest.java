package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworkTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.0, true",
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.0/24, 192.0.1.255, false",
    "192.0.2.0/24, ::ffff:192.0.2.7, true",
    "192.0.2.0/24, ::192.0.2.7, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "192.0.2.7/32, 192.0.2.7, true",
    "192.0.2.6/31, 192.0.2.7, true",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 192.0.2.7, false",
    "::ffff:192.0.2.0/120, 192.0.2.7, true",
    "::ffff:0:0/96, 192.0.2.7, true",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8:0:1::/64, 2001:db8:0:1:ffff::, true",
    "2001:db8:0:1::/64, 2001:db8:0:2::, false",
    "2001:db8::8000:0:0:0/65, 2001:db8::ffff:0:0:0, true",
    "2001:db8::8000:0:0:0/65, 2001:db8::7fff:0:0:0, false",
    "2001:db8::1, 2001:db8::1, true",
    "2001:db8::1/128, 2001:db8::2, false"
  })
  void holdsTheAddressesOfItsPrefix(String network, String address, boolean expected) {
    assertThat(IpNetwork.parse(network).contains(IpAddress.parse(address))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/24",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0.1/8",
        "10.0.*",
        "example.com",
        "::/129",
        "::1/64",
        "2001:db8::1/64",
        "fe80::1%eth0"
      })
  void refusesWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> IpNetwork.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed:");
  }
}
