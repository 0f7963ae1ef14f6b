package io.holdpoint.driver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The drivers this process has, by name. */
public final class Drivers {
  private final Map<String, NodeDriver> byName;

  public Drivers(List<NodeDriver> drivers) {
    byName =
        drivers.stream()
            .collect(Collectors.toUnmodifiableMap(NodeDriver::name, Function.identity()));
  }

  /** Empty when this process cannot reach nodes of that kind. */
  public Optional<NodeDriver> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
