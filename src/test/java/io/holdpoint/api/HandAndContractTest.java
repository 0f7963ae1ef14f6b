package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Operation;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.RequestValidator;
import io.vertx.openapi.validation.ValidatorException;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The hot routes check their fields by hand. For generated requests the verdict is the contract's,
 * and where one field is at fault both name the same one.
 */
class HandAndContractTest {
  private static final int CASES = 1_500;
  private static final long SEED = 20_170_613L;
  private static final String PLAIN = "aZ09-_.~!*'()%&=+?/#";
  private static final String ODD = "\u00e9\u4e2d\u00a0\u2028 ";
  private static final String CONTROL = "\t\u0001\u001f\u007f\u0000\n";

  private static Vertx vertx;
  private static Contract contract;
  private static RequestValidator validator;
  private static final CommandInput INPUT = new CommandInput(Duration.ofSeconds(2));

  @BeforeAll
  static void load() throws Exception {
    vertx = Vertx.vertx();
    contract = Contract.load(vertx).await(20, TimeUnit.SECONDS);
    validator = RequestValidator.create(vertx, contract.parsed());
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** The fields of one request; null where it has none. */
  private record Fields(@Nullable String token, @Nullable String mode, @Nullable String reason) {}

  @ParameterizedTest
  @EnumSource(names = {"INTERRUPT", "RESUME"})
  void handAndContractAgree(Operation operation) throws Exception {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      Fields fields = generate(random, operation);
      String byHand = byHand(operation, fields);
      String byContract = byContract(operation, fields);

      assertThat(byHand).as(fields.toString()).isEqualTo(byContract);
      refused += byHand == null ? 0 : 1;
    }
    assertThat(refused).isBetween(CASES / 8, 7 * CASES / 8);
  }

  /** One field at most is odd, so that both sides have the same one to name. */
  private static Fields generate(Random random, Operation operation) {
    int odd = random.nextInt(4);
    return new Fields(
        odd == 1 ? text(random, 64, PLAIN + PLAIN + ODD) : pick(random, null, "", "t"),
        odd == 2 && operation == Operation.INTERRUPT
            ? pick(random, "NOW", "", "soon", "now ", "finish_step", "null", "safe-point\n", "now")
            : pick(random, null, "finish-step", "safe-point", "now"),
        odd == 3
            ? text(random, 256, PLAIN + PLAIN + PLAIN + " \u00e9" + CONTROL)
            : pick(random, null, "", "a reason"));
  }

  /** Often around the limit, often of plain signs only. */
  private static String text(Random random, int limit, String alphabet) {
    int length = random.nextBoolean() ? limit - 1 + random.nextInt(3) : random.nextInt(6);
    String signs = random.nextBoolean() ? PLAIN : alphabet;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(signs.charAt(random.nextInt(signs.length())));
    }
    return text.toString();
  }

  @SafeVarargs
  private static <T> T pick(Random random, @Nullable T... values) {
    return values[random.nextInt(values.length)];
  }

  private static @Nullable String byHand(Operation operation, Fields fields) throws Exception {
    String query =
        fields.token() == null
            ? ""
            : "?clientToken=" + URLEncoder.encode(fields.token(), StandardCharsets.UTF_8);
    RequestTarget target = RequestTarget.parse("/openapi/logstashes/i/actions/x" + query);
    Map<String, String> headers = new HashMap<>();
    headers.put(CommandInput.MODE, fields.mode());
    headers.put(CommandInput.REASON, fields.reason());
    Exchange exchange = new Exchange(request(headers), target, 0);
    exchange.identify(Caller.unsigned("127.0.0.1"));
    try {
      String mode = operation == Operation.INTERRUPT ? CommandInput.mode(exchange).text() : "";
      INPUT.ticket(exchange, operation, "i", mode);
      return null;
    } catch (ApiException refused) {
      return refused.error() == ApiError.INVALID_CLIENT_TOKEN
          ? CommandInput.CLIENT_TOKEN
          : refused.parameter();
    }
  }

  /** A request that can be asked for what the checks look at, and for nothing else. */
  private static HttpServerRequest request(Map<String, String> headers) {
    return (HttpServerRequest)
        Proxy.newProxyInstance(
            HandAndContractTest.class.getClassLoader(),
            new Class<?>[] {HttpServerRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getHeader" -> headers.get(arguments[0].toString());
                  case "remoteAddress" -> SocketAddress.inetSocketAddress(1, "127.0.0.1");
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static @Nullable String byContract(Operation operation, Fields fields) throws Exception {
    Map<String, String> given = new HashMap<>();
    given.put("InstanceId", "i");
    given.put(CommandInput.CLIENT_TOKEN, fields.token());
    given.put(CommandInput.MODE, fields.mode());
    given.put(CommandInput.REASON, fields.reason());
    Map<Location, Map<String, RequestParameter>> read = new HashMap<>();
    for (Parameter parameter : contract.parsed().operation(operation.apiName()).getParameters()) {
      read.computeIfAbsent(parameter.getIn(), location -> new HashMap<>())
          .put(parameter.getName(), ContractInput.value(parameter, given.get(parameter.getName())));
    }
    var request =
        new ValidatableRequestImpl(
            Map.of(),
            read.getOrDefault(Location.HEADER, Map.of()),
            read.getOrDefault(Location.PATH, Map.of()),
            read.getOrDefault(Location.QUERY, Map.of()));
    try {
      validator.validate(request, operation.apiName()).await(5, TimeUnit.SECONDS);
      return null;
    } catch (ValidatorException violation) {
      return ContractFault.of(violation).parameter();
    }
  }
}
