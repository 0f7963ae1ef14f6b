package io.holdpoint.driver;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node must show to be good, beside what it showed before.
 *
 * @param restarted the process must be another one than the baseline's
 * @param version null as before
 * @param changedPipelines must be loaded anew, with another text than the baseline's
 * @param reloadedPipelines must be loaded anew, their text may be the same
 * @param addedPipelines must be there
 * @param removedPipelines must be gone
 * @param plugins must be there; an empty version means any
 * @param removedPlugins must be gone
 */
public record Wanted(
    boolean restarted,
    @Nullable String version,
    Set<String> changedPipelines,
    Set<String> reloadedPipelines,
    Set<String> addedPipelines,
    Set<String> removedPipelines,
    Map<String, String> plugins,
    Set<String> removedPlugins) {

  /** As before, in the same process. */
  public static final Wanted UNCHANGED =
      new Wanted(false, null, Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Set.of());

  /** As before, in another process. */
  public static final Wanted RESTARTED =
      new Wanted(true, null, Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Set.of());

  public Wanted {
    changedPipelines = Set.copyOf(changedPipelines);
    reloadedPipelines = Set.copyOf(reloadedPipelines);
    addedPipelines = Set.copyOf(addedPipelines);
    removedPipelines = Set.copyOf(removedPipelines);
    plugins = Map.copyOf(plugins);
    removedPlugins = Set.copyOf(removedPlugins);
  }
}
