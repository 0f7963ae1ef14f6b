package io.holdpoint.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a database's schema is, to be compared with what this build needs. A newer one will do as
 * long as it says so: in a rolling upgrade the schema goes first and the nodes follow one by one.
 *
 * @param version of the newest migration, such as {@code 011}; {@link #NONE} where there is none
 * @param oldestBuild the least that a build may need to run on it; null is its own version alone
 */
public record SchemaVersion(String version, @Nullable String oldestBuild) {
  static final String NONE = "none";

  /** Why this build cannot run on it, with what to do; empty when it can. */
  public Optional<String> refusal() {
    int order = version.equals(NONE) ? -1 : version.compareTo(Migrations.VERSION);
    if (order == 0) {
      return Optional.empty();
    }
    String found = "the schema is at version " + version + ", ";
    if (order < 0) {
      return Optional.of(
          found
              + "this build needs "
              + Migrations.VERSION
              + "; run: java -jar holdpoint.jar migrate (with HOLDPOINT_POSTGRES_OWNER_URI)");
    }
    return oldestBuild != null && oldestBuild.compareTo(Migrations.VERSION) <= 0
        ? Optional.empty()
        : Optional.of(
            found
                + "which this build ("
                + Migrations.VERSION
                + ") is too old for; start a newer Holdpoint");
  }

  /** Whether {@link #oldestBuild} has to be asked for, and can be: older schemas do not say it. */
  static boolean isNewer(String version) {
    return !version.equals(NONE) && version.compareTo(Migrations.VERSION) > 0;
  }
}
