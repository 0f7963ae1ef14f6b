package io.holdpoint;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this build is, for {@code /info} and {@code --version}. */
public final class Build {
  private Build() {}

  public static String version() {
    @Nullable String version = Build.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  static Map<String, String> information() {
    return Map.of(
        "name", "holdpoint",
        "version", version(),
        "java", Runtime.version().toString());
  }
}
