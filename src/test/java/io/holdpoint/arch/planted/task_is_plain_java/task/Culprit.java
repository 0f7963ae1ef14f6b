package io.holdpoint.arch.planted.task_is_plain_java.task;

import io.vertx.core.Vertx;
import java.nio.file.Path;

/** Touches the disk and the event loop. */
public final class Culprit {
  public Path file;
  public Vertx vertx;
}
