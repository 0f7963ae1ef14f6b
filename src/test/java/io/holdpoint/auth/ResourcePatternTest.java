package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcePatternTest {
  private static final ResourceName INSTANCE =
      new ResourceName("elasticsearch", "cn-hangzhou", "default", "logstashes/ls-1");

  @ParameterizedTest
  @CsvSource({
    "*, true",
    "acs:*:*:*:*, true",
    "acs:elasticsearch:*:*:logstashes/*, true",
    "acs:elasticsearch:cn-hangzhou:default:logstashes/ls-1, true",
    "acs:elasticsearch:cn-*:*:logstashes/ls-?, true",
    "acs:elasticsearch:*:*:logstashes/LS-1, false",
    "acs:elasticsearch:*:*:logstashes/ls-2, false",
    "acs:elasticsearch:*:*:instances/*, false",
    "acs:elasticsearch:*:other:logstashes/*, false",
    "acs:elasticsearch:cn-beijing:*:logstashes/*, false",
    "acs:holdpoint:*:*:logstashes/*, false"
  })
  void meetsEveryPart(String pattern, boolean expected) {
    assertThat(ResourcePattern.parse(pattern).matches(INSTANCE)).isEqualTo(expected);
  }

  @Test
  void noWildcardReachesOverAColon() {
    ResourceName crafted =
        new ResourceName("elasticsearch", "r", "a", "logstashes/x:y:z:logstashes/ls-1");

    assertThat(ResourcePattern.parse("acs:elasticsearch:*:*:logstashes/ls-1").matches(crafted))
        .isFalse();
    assertThat(
            ResourcePattern.parse("acs:elasticsearch:*:*:logstashes/*")
                .matches(new ResourceName("elasticsearch", "r", "a:logstashes/", "other")))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "logstashes/ls-1",
        "acs:elasticsearch:*",
        "acs:elasticsearch:*:*",
        "ACS:elasticsearch:*:*:*",
        "arn:aws:es:*:*",
        "acs::*:*:*",
        "acs:elasticsearch:*:*:",
        "acs:elasticsearch:*:*:logstashes/${acs:name}",
        "acs:elasticsearch:*:*:logstashes/a b",
        "acs:elasticsearch:*:*:logstashes/\u00e4"
      })
  void refusesWhatIsNoResource(String pattern) {
    assertThatThrownBy(() -> ResourcePattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: * or acs:<service>:<region>:<account>:<relative>");
  }
}
