package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdpoint.api.RequestTarget.Malformed;
import io.holdpoint.api.RequestTarget.Malformed.Kind;
import io.holdpoint.auth.QueryParameter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class RequestTargetTest {
  static final List<Arguments> PATHS =
      List.of(
          path("/"),
          path("/openapi", "openapi"),
          path(
              "/openapi/logstashes/ls-cn-4591f1y6/actions/interrupt",
              "openapi",
              "logstashes",
              "ls-cn-4591f1y6",
              "actions",
              "interrupt"),
          path("/x/ls-cn-4591f1y6%20%2A%2A%2A%2A", "x", "ls-cn-4591f1y6 ****"),
          path("/x/ls-cn-4591f1y6%20%2A***", "x", "ls-cn-4591f1y6 ****"),
          path("/x/ls-cn-4591f1y6+****", "x", "ls-cn-4591f1y6+****"),
          path("/x/+;=@:&$,", "x", "+;=@:&$,"),
          path("/x/a%252Fb", "x", "a%2Fb"),
          path("/x/%E4%B8%AD%F0%9F%98%80", "x", "\u4e2d\ud83d\ude00"),
          path("/x/%c3%a9", "x", "\u00e9"),
          path("/x/...", "x", "..."),
          path("/x/.a", "x", ".a"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("PATHS")
  void readsAPath(String raw, List<String> segments) throws Malformed {
    RequestTarget target = RequestTarget.parse(raw);

    assertThat(target.segments()).isEqualTo(segments);
    assertThat(target.rawPath()).isEqualTo(raw);
    assertThat(target.parameters()).isEmpty();
  }

  static final List<Arguments> QUERIES =
      List.of(
          query(""),
          query("&&"),
          query("size=10&page=1", given("size", "10"), given("page", "1")),
          query("clientToken=tok+en*%7E1", given("clientToken", "tok en*~1")),
          query("clientToken=tok%20en*~1", given("clientToken", "tok en*~1")),
          query("clientToken=a%2Bb%26c%3Dd", given("clientToken", "a+b&c=d")),
          query("clientToken=", given("clientToken", "")),
          query("clientToken", bare("clientToken")),
          query("clientToken&force=true", bare("clientToken"), given("force", "true")),
          query("a=1&&b=2&", given("a", "1"), given("b", "2")),
          query("a=b=c", given("a", "b=c")),
          query("a=%3B", given("a", ";")),
          query("a=?/x/../y", given("a", "?/x/../y")),
          query("a=!'()*", given("a", "!'()*")),
          query("A=1&a=2", given("A", "1"), given("a", "2")),
          query("=1", given("", "1")));

  @ParameterizedTest(name = "?{0}")
  @FieldSource("QUERIES")
  void readsAQueryInOrder(String raw, List<QueryParameter> parameters) throws Malformed {
    RequestTarget target = RequestTarget.parse("/x?" + raw);

    assertThat(target.parameters()).isEqualTo(parameters);
    assertThat(target.rawPath()).isEqualTo("/x");
    assertThat(target.segments()).containsExactly("x");
  }

  static final List<Arguments> REFUSED =
      Stream.of(
              refused(Kind.ABSOLUTE_FORM, "* h:80 http://h/x openapi ?a=1"),
              refused(Kind.FORBIDDEN_CHARACTER, "/x#y /x?a#y /x\\y /x?a=\\ /x?a=1;b=2 /x?;"),
              refused(Kind.FORBIDDEN_CHARACTER, "/x\t /x\0 /x\u007f /x\u00ff /x\u4e2d /x?\u0080"),
              refused(Kind.BAD_ENCODING, "/%zz /% /x%2 /x%2/1 /x%+1 /x%-1 /x%1g /%u0041"),
              refused(Kind.BAD_ENCODING, "/x?a=%2&b=1 /x?a%=1 /x?a=%zz /x?% /x?%u0041"),
              refused(Kind.BAD_ENCODING, "/x%00 /x?a=%0d%0aSet-Cookie /x%1f /x%7F /x?%09"),
              refused(Kind.BAD_ENCODING, "/%c0%af /%c0%80 /%e0%80%af /%ed%a0%80 /%f4%90%80%80"),
              refused(Kind.BAD_ENCODING, "/%ff /x%e4%b8 /%e4/%b8%ad /x?a=%e4%b8 /x?a=%c0%af"),
              refused(Kind.NOT_CANONICAL, "// //x /x/ /x/?a=1 /x//y //h/x?a"),
              refused(Kind.NOT_CANONICAL, "/. /.. /x/./y /x/../y /x/.. /%2e%2e/y /x/.%2E /%2e"),
              refused(Kind.NOT_CANONICAL, "/a%2Fb /a%2fb /a%5Cb /%2F"))
          .flatMap(List::stream)
          .toList();

  @ParameterizedTest(name = "{0}: {1}")
  @FieldSource("REFUSED")
  void refusesWhatHasNoSingleReading(Kind kind, String raw) {
    assertThat(refusal(raw).kind()).isEqualTo(kind);
  }

  @Test
  void refusesAnEmptyTargetAndSpaces() {
    assertThat(refusal("").kind()).isEqualTo(Kind.ABSOLUTE_FORM);
    assertThat(refusal("/x y").kind()).isEqualTo(Kind.FORBIDDEN_CHARACTER);
    assertThat(refusal("/x?a=b c").kind()).isEqualTo(Kind.FORBIDDEN_CHARACTER);
  }

  @ParameterizedTest(name = "?{0}")
  @CsvSource({
    "clientToken=a&clientToken=a, clientToken",
    "clientToken=a&x=1&clientToken=b, clientToken",
    "clientToken&clientToken=, clientToken",
    "clientToken=a&client%54oken=b, clientToken",
    "a+b=1&a%20b=2, 'a b'",
    "=1&=2, ''",
  })
  void namesTheParameterGivenTwice(String query, String name) {
    Malformed refusal = refusal("/x?" + query);

    assertThat(refusal.kind()).isEqualTo(Kind.DUPLICATE_PARAMETER);
    assertThat(refusal.parameter()).isEqualTo(name);
  }

  @Test
  void findsARepeatedNameAmongManyParameters() throws Malformed {
    String many =
        IntStream.range(0, 400).mapToObj(i -> "p" + i + "=" + i).collect(Collectors.joining("&"));

    assertThat(RequestTarget.parse("/x?" + many).parameter("p399")).isEqualTo("399");
    for (int i : new int[] {0, 14, 15, 16, 17, 399}) {
      assertThat(refusal("/x?" + many + "&p" + i).parameter()).isEqualTo("p" + i);
    }
  }

  @Test
  void tellsAnAbsentParameterFromAnEmptyOne() throws Malformed {
    RequestTarget target = RequestTarget.parse("/x?clientToken=&force");

    assertThat(target.parameter("clientToken")).isEmpty();
    assertThat(target.parameter("force")).isEmpty();
    assertThat(target.parameter("page")).isNull();
  }

  @Test
  void cannotBeChangedFromOutside() throws Malformed {
    RequestTarget target = RequestTarget.parse("/x?a=1");

    assertThatThrownBy(() -> target.segments().set(0, "y"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> target.parameters().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesWithoutAStackTraceOrTheTargetsText() {
    Malformed refusal = refusal("/secret%zz");

    assertThat(refusal.getStackTrace()).isEmpty();
    assertThat(refusal).hasMessage("BAD_ENCODING");
  }

  private static Malformed refusal(String raw) {
    Malformed refusal = catchThrowableOfType(Malformed.class, () -> RequestTarget.parse(raw));
    assertThat(refusal).as(raw).isNotNull();
    return refusal;
  }

  private static List<Arguments> refused(Kind kind, String targets) {
    return Stream.of(targets.split(" ")).map(raw -> Arguments.of(kind, raw)).toList();
  }

  private static Arguments path(String raw, String... segments) {
    return Arguments.of(raw, List.of(segments));
  }

  private static Arguments query(String raw, QueryParameter... parameters) {
    return Arguments.of(raw, List.of(parameters));
  }

  private static QueryParameter given(String name, String value) {
    return new QueryParameter(name, value, true);
  }

  private static QueryParameter bare(String name) {
    return new QueryParameter(name, "", false);
  }
}
