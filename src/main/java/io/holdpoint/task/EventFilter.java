package io.holdpoint.task;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a stream somebody wants.
 *
 * @param instanceId null means of every instance
 * @param kinds none lets nothing pass, as a stored filter does that names only kinds of newer
 *     builds
 */
public record EventFilter(@Nullable String instanceId, Set<EventKind> kinds) {
  public static final EventFilter ALL = new EventFilter(null, EnumSet.allOf(EventKind.class));

  public EventFilter {
    kinds = Set.copyOf(kinds);
  }

  public boolean wants(TaskEvent event) {
    return (instanceId == null || instanceId.equals(event.instanceId()))
        && kinds.contains(event.kind());
  }

  public boolean allKinds() {
    return kinds.size() == EventKind.values().length;
  }
}
