package io.holdpoint.arch.planted.task_is_plain_java.task;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values only. */
public final class Innocent {
  public UUID id;
  public @Nullable Instant since;
}
