package io.holdpoint.cli;

import java.util.List;
import java.util.Map;

/**
 * An operation of the contract, as a client needs it.
 *
 * @param path begins with a slash; a parameter stands in braces
 * @param parameters by name, in the order of the contract
 * @param changing whether it can change anything
 * @param json whether what it answers is the API's envelope
 */
record CallOperation(
    String id,
    String method,
    String path,
    Map<String, Parameter> parameters,
    Body body,
    boolean changing,
    boolean json) {
  static final String CLIENT_TOKEN = "clientToken";
  static final String INSTANCE_ID = "InstanceId";

  /** Where a parameter goes. */
  enum Place {
    PATH,
    QUERY,
    HEADER
  }

  /** Whether there is a body. */
  enum Body {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  record Parameter(String name, Place place, boolean required) {}

  boolean takesClientToken() {
    return parameters.containsKey(CLIENT_TOKEN);
  }

  List<Parameter> required() {
    return parameters.values().stream().filter(Parameter::required).toList();
  }
}
