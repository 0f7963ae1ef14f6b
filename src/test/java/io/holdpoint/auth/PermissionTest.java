package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionTest {
  private static final Permission INTERRUPT =
      Permission.parse(
          "elasticsearch:InterruptLogstashTask",
          "acs:elasticsearch:{region}:{account}:logstashes/{InstanceId}");
  private static final Permission LIST =
      Permission.parse(
          "elasticsearch:ListLogstash", "acs:elasticsearch:{region}:{account}:logstashes/*");

  @Test
  void namesTheResourceOfARequest() {
    assertThat(INTERRUPT.parameter()).isEqualTo("InstanceId");
    assertThat(INTERRUPT.resource("cn-hangzhou", "default", "ls-cn-4591f1y6abc").text())
        .isEqualTo("acs:elasticsearch:cn-hangzhou:default:logstashes/ls-cn-4591f1y6abc");
    assertThat(LIST.parameter()).isNull();
    assertThat(LIST.resource("cn-hangzhou", "default", "anything").text())
        .isEqualTo("acs:elasticsearch:cn-hangzhou:default:logstashes/*");
  }

  @ParameterizedTest
  @CsvSource({
    "*, %2A",
    "?, %3F",
    "ls-1/*, ls-1%2F%2A",
    "../x, ..%2Fx",
    "a:b, a%3Ab",
    "%2A, %252A",
    "'a b', a%20b",
    "\u00e4, %C3%A4",
    "Az09.-_~, Az09.-_~"
  })
  void keepsAValueOneName(String value, String encoded) {
    assertThat(INTERRUPT.resource("r", "a", value).relative()).isEqualTo("logstashes/" + encoded);
  }

  @Test
  void cutsAValueThatIsTooLongToNameAnything() {
    String longest = "a".repeat(Permission.LONGEST_NAME);

    assertThat(INTERRUPT.resource("r", "a", longest).relative()).isEqualTo("logstashes/" + longest);
    assertThat(INTERRUPT.resource("r", "a", longest + "b").relative())
        .isEqualTo("logstashes/" + longest + "%");
    assertThat(INTERRUPT.resource("r", "a", "\u00e4".repeat(4_000)).relative())
        .hasSizeLessThan(Permission.LONGEST_NAME + 16)
        .matches("logstashes(/|%C3|%A4)+%");
  }

  /** What a policy says of one instance, or of those that begin alike, holds of no other. */
  @Test
  void noValueWidensWhatAPolicyMatches() {
    ResourcePattern one = ResourcePattern.parse("acs:elasticsearch:*:default:logstashes/ls-1");
    ResourcePattern some = ResourcePattern.parse("acs:elasticsearch:*:default:logstashes/ls-1*");
    ResourcePattern below = ResourcePattern.parse("acs:elasticsearch:*:default:logstashes/*/x");
    SplittableRandom random = new SplittableRandom(11);
    String[] pieces = {"ls-1", "*", "?", "/", ":", "%", "%2F", "x", "", "acs:", "logstashes/", "."};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder value = new StringBuilder();
      for (int piece = random.nextInt(5); piece >= 0; piece--) {
        value.append(pieces[random.nextInt(pieces.length)]);
      }
      String id = value.toString();
      ResourceName name = INTERRUPT.resource("r", "default", id);
      assertThat(one.matches(name)).as(id).isEqualTo(id.equals("ls-1"));
      assertThat(some.matches(name)).as(id).isEqualTo(id.startsWith("ls-1"));
      assertThat(below.matches(name)).as(id).isFalse();
    }
  }

  @Test
  void theInstanceCalledAsteriskIsNotTheCollection() {
    assertThat(INTERRUPT.resource("r", "a", "*")).isNotEqualTo(LIST.resource("r", "a", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "acs:elasticsearch:*:*:logstashes/*",
        "acs:elasticsearch:{region}:{account}:logstashes/",
        "acs:elasticsearch:{region}:{account}:logstashes/{A}/{B}",
        "acs:elasticsearch:{account}:{region}:logstashes/{InstanceId}"
      })
  void refusesATemplateOfAnotherForm(String template) {
    assertThatThrownBy(() -> Permission.parse("elasticsearch:ListLogstash", template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ListLogstash", "elasticsearch:*", "elasticsearch:List:Logstash"})
  void refusesAnActionOfAnotherForm(String action) {
    assertThatThrownBy(() -> ActionName.parse(action))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed:");
  }
}
