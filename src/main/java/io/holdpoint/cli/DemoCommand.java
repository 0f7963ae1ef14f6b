package io.holdpoint.cli;

import io.holdpoint.Service;
import io.holdpoint.config.HoldpointConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs the main job once on a demo fleet and tells it, then serves. */
@Command(
    name = "demo",
    description =
        "Shows the main job on an embedded PostgreSQL and a simulated fleet, then serves.")
final class DemoCommand implements Runnable {
  @ParentCommand private HoldpointCommand parent;

  @Option(
      names = "--exit",
      description = "End after the story; exit code 0 only if every invariant it shows held.")
  private boolean exit;

  @Override
  public void run() {
    if (System.getenv("HOLDPOINT_LOG_LEVEL") == null) {
      // Before the first logger: the story is to be read, not its log.
      System.setProperty("HOLDPOINT_LOG_LEVEL", "WARN");
    }
    Path directory = freshDirectory();
    HoldpointConfig config = parent.config(defaults(directory));
    if (exit) {
      boolean held;
      try (Service service = Service.start(config)) {
        held = new DemoStory(service, System.out).tell();
      } finally {
        Directories.delete(directory);
      }
      parent.end(held ? 0 : HoldpointCommand.BROKEN);
      return;
    }
    Service service = ServeCommand.serve(config, () -> Directories.delete(directory));
    try {
      DemoStory story = new DemoStory(service, System.out);
      story.tell();
      story.invite();
    } catch (RuntimeException failure) {
      service.close();
      throw failure;
    }
    parent.end(HoldpointCommand.KEEP_RUNNING);
  }

  private Map<String, String> defaults(Path directory) {
    Map<String, String> defaults = new HashMap<>();
    defaults.put("HOLDPOINT_DATA_DIR", directory.toString());
    defaults.put("HOLDPOINT_SIMULATED_STOP", "400ms");
    defaults.put("HOLDPOINT_SIMULATED_START", "600ms");
    defaults.put("HOLDPOINT_SIMULATED_CHECK", "50ms");
    if (exit) {
      // A run that only tells the story must not collide with a service on the usual ports.
      defaults.put("HOLDPOINT_HTTP_PORT", "0");
      defaults.put("HOLDPOINT_MANAGEMENT_PORT", "0");
    }
    return defaults;
  }

  private static Path freshDirectory() {
    try {
      return Files.createTempDirectory("holdpoint-demo");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
