package io.holdpoint.cli;

import io.holdpoint.Service;
import io.holdpoint.config.HoldpointConfig;
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
        "Shows the main job on an embedded PostgreSQL and three stand-in nodes, then serves.")
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
    Path directory = Directories.fresh("holdpoint-demo");
    DemoFleet fleet = new DemoFleet(directory.resolve("fleet"));
    HoldpointConfig config = parent.config(defaults(directory));
    Runnable afterwards =
        () -> {
          fleet.close();
          Directories.delete(directory);
        };
    if (exit) {
      parent.end(tellOnly(config, fleet, afterwards) ? 0 : HoldpointCommand.BROKEN);
      return;
    }
    Service service = ServeCommand.serve(config, afterwards);
    try {
      fleet.start();
      DemoStory story = new DemoStory(service, fleet, parent.out());
      story.tell();
      story.invite();
    } catch (RuntimeException failure) {
      service.close();
      afterwards.run();
      throw failure;
    }
    parent.end(HoldpointCommand.KEEP_RUNNING);
  }

  /** The service ends before its nodes do: nobody is left to start one again. */
  private boolean tellOnly(HoldpointConfig config, DemoFleet fleet, Runnable afterwards) {
    Service service = Service.start(config);
    Runnable end =
        () -> {
          service.close();
          afterwards.run();
        };
    // For Ctrl-C in the midst of the story; at its end it has nothing left to do.
    Runtime.getRuntime().addShutdownHook(new Thread(end, "holdpoint-stop"));
    try {
      fleet.start();
      return new DemoStory(service, fleet, parent.out()).tell();
    } finally {
      end.run();
    }
  }

  private Map<String, String> defaults(Path directory) {
    Map<String, String> defaults = new HashMap<>();
    defaults.put("HOLDPOINT_DATA_DIR", directory.toString());
    defaults.put("HOLDPOINT_WORKER_OBSERVE_INTERVAL", "100ms");
    if (exit) {
      // A run that only tells the story must not collide with a service on the usual ports.
      defaults.put("HOLDPOINT_HTTP_PORT", "0");
      defaults.put("HOLDPOINT_MANAGEMENT_PORT", "0");
    }
    return defaults;
  }
}
