package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "logstashes/*, logstashes/ls-1, true",
    "logstashes/*, logstashes/, true",
    "logstashes/*, logstash, false",
    "*, '', true",
    "'', '', true",
    "'', a, false",
    "?, '', false",
    "?, a, true",
    "??, a, false",
    "ls-?, ls-12, false",
    "a*a, a, false",
    "a*a, aa, true",
    "*ab*ab*, xabab, true",
    "*ab*ab*, xab-a, false",
    "*a?c*, abbabc, true",
    "*a?b, aabb, true",
    "a.c, abc, false",
    "[ab], a, false",
    "Abc, abc, false",
    "***a***, bab, true"
  })
  void matchesTheWholeTextAndNothingElse(String pattern, String text, boolean expected) {
    assertThat(Glob.of(pattern).matches(text)).isEqualTo(expected);
    assertThat(GlobReference.matches(pattern, text)).isEqualTo(expected);
  }

  @Test
  void agreesWithThePlainMeaning() {
    SplittableRandom random = new SplittableRandom(20_260_301);
    int matched = 0;
    for (int i = 0; i < 20_000; i++) {
      String pattern = word(random, "aab*?", random.nextInt(9));
      String text = word(random, "aab", random.nextInt(10));
      boolean expected = GlobReference.matches(pattern, text);
      assertThat(Glob.of(pattern).matches(text))
          .as(() -> pattern + " on " + text)
          .isEqualTo(expected);
      matched += expected ? 1 : 0;
    }
    assertThat(matched).isBetween(2_000, 18_000);
  }

  private static String word(SplittableRandom random, String letters, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*a*a*a*b",
        "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
        "*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*",
        "*a?a?a?a?a?a?a?a?a?a?a?a?a?a?b*",
        "*???????????????????????????????b*",
        "a*a?*?a*?b",
        "*aab*aab*aab*aab*aab*"
      })
  void readsEachCharacterOnceWhateverThePattern(String pattern) {
    CountedText text = new CountedText("a".repeat(10_000));

    assertThat(Glob.of(pattern).matches(text)).isFalse();
    assertThat(text.reads).isLessThanOrEqualTo(text.length() + pattern.length());
  }

  @Test
  void readsEachCharacterOnceOfAnyText() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 5_000; i++) {
      String pattern = word(random, "ab**?", random.nextInt(40));
      CountedText text = new CountedText(word(random, "aaab", random.nextInt(200)));
      Glob.of(pattern).matches(text);
      assertThat(text.reads)
          .as(() -> pattern + " on " + text)
          .isLessThanOrEqualTo(text.length() + pattern.length());
    }
  }

  @Test
  void refusesMoreThanASearchCanHoldBetweenTwoAsterisks() {
    String longest = "a".repeat(Glob.LONGEST_RUN);

    assertThat(Glob.of("*" + longest + "*").matches("b" + longest + "b")).isTrue();
    assertThat(Glob.of("*" + longest + "*").matches(longest.substring(1))).isFalse();
    assertThatCode(() -> Glob.of(longest + "aa*" + longest + "aa")).doesNotThrowAnyException();
    assertThatThrownBy(() -> Glob.of("*" + longest + "a*"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65 characters")
        .hasMessageContaining("allowed: 64");
  }

  /** A text that counts how often it is read. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private int reads;

    CountedText(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      reads++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      throw new UnsupportedOperationException("it would be a read that is not counted");
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
