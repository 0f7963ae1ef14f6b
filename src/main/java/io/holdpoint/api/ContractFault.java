package io.holdpoint.api;

import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which error of the API a violation of the contract is, and which parameter it names. The library
 * has no accessor for the name; it stands in the message, or in the deepest unit of a schema error.
 */
final class ContractFault {
  private static final Pattern PARAMETER =
      Pattern.compile("(?:path|query|header) parameter (\\S+)");
  private static final Pattern REQUIRED = Pattern.compile("required property \"([^\"]*)\"");
  private static final String BODY = "body";

  private ContractFault() {}

  static ApiException of(ValidatorException violation) {
    boolean missing = violation.type() == ValidatorErrorType.MISSING_REQUIRED_PARAMETER;
    Matcher named = PARAMETER.matcher(String.valueOf(violation.getMessage()));
    if (named.find()) {
      return new ApiException(
          missing ? ApiError.MISSING_PARAMETER : ApiError.INVALID_PARAMETER,
          named.group(1).replaceFirst("\\.$", ""));
    }
    if (missing) {
      return new ApiException(ApiError.MISSING_PARAMETER, BODY);
    }
    return violation instanceof SchemaValidationException schema
        ? inBody(schema)
        : new ApiException(ApiError.INVALID_PARAMETER, BODY);
  }

  private static ApiException inBody(SchemaValidationException violation) {
    OutputUnit deepest =
        violation.getOutputUnit().getErrors().stream()
            .max(Comparator.comparingInt(ContractFault::depth))
            .orElseThrow();
    String at = deepest.getInstanceLocation().replaceFirst("^#/?", "").replace('/', '.');
    Matcher required = REQUIRED.matcher(String.valueOf(deepest.getError()));
    if (deepest.getKeywordLocation().endsWith("/required") && required.find()) {
      String name = at.isEmpty() ? required.group(1) : at + "." + required.group(1);
      return new ApiException(ApiError.MISSING_PARAMETER, name);
    }
    if (at.equals("batchCount") && deepest.getKeywordLocation().matches(".*/(minimum|maximum)")) {
      return new ApiException(ApiError.RESTART_BATCH_VALUE);
    }
    return new ApiException(ApiError.INVALID_PARAMETER, at.isEmpty() ? BODY : printable(at));
  }

  private static String printable(String at) {
    boolean plain = at.length() <= 128 && at.chars().allMatch(c -> c > ' ' && c < 0x7F);
    return plain ? at : BODY;
  }

  private static int depth(OutputUnit unit) {
    return 100 * slashes(unit.getInstanceLocation()) + slashes(unit.getKeywordLocation());
  }

  private static int slashes(String pointer) {
    return (int) pointer.chars().filter(c -> c == '/').count();
  }
}
