package io.holdpoint.task;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a stream somebody wants.
 *
 * @param instanceId null means of every instance
 * @param kinds at least one
 */
public record EventFilter(@Nullable String instanceId, Set<EventKind> kinds) {
  public static final EventFilter ALL = new EventFilter(null, EnumSet.allOf(EventKind.class));

  public EventFilter {
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("a filter without kinds lets nothing pass");
    }
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
