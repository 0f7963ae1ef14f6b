package io.holdpoint.cli;

import io.holdpoint.Service;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.StartException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs the main job once on a demo fleet and tells it, then serves. */
@Command(
    name = "demo",
    description =
        "Shows the main job on an embedded PostgreSQL and three stand-in nodes, then serves.")
final class DemoCommand implements Runnable {
  @ParentCommand private HoldpointCommand parent;

  @Spec private CommandSpec spec;

  @Option(
      names = "--exit",
      description = "End after the story; exit code 0 only if every invariant it shows held.")
  private boolean exit;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = {
        "Serve with 1 to " + DemoNodes.MOST + " processes on one database, behind haproxy where it",
        "is on the PATH. They have the ports behind those of the API and of management."
      })
  private @Nullable Integer nodes;

  @Override
  public void run() {
    if (nodes != null && (nodes < 1 || nodes > DemoNodes.MOST)) {
      throw new ParameterException(
          spec.commandLine(), "--nodes is " + nodes + "; allowed: 1 to " + DemoNodes.MOST);
    }
    if (System.getenv("HOLDPOINT_LOG_LEVEL") == null) {
      // Before the first logger: the story is to be read, not its log.
      System.setProperty("HOLDPOINT_LOG_LEVEL", "WARN");
    }
    if (nodes == null) {
      alone();
    } else {
      together(nodes);
    }
  }

  private void alone() {
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
      DemoStory story = story(service, fleet);
      story.tell();
      story.invite();
    } catch (RuntimeException failure) {
      service.close();
      afterwards.run();
      throw failure;
    }
    parent.end(HoldpointCommand.KEEP_RUNNING);
  }

  private DemoStory story(Service service, DemoFleet fleet) {
    fleet.start();
    DemoClient client = DemoClient.of(service.port());
    parent.out().println("Holdpoint listens on " + client.base());
    return new DemoStory(client, fleet, parent.out());
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
      return story(service, fleet).tell();
    } finally {
      end.run();
    }
  }

  private void together(int count) {
    Path directory = Directories.fresh("holdpoint-demo");
    DemoNodes service =
        new DemoNodes(
            parent.config(defaults(directory.resolve("database"))),
            parent.environment(),
            parent.confArguments(),
            directory);
    DemoGuard guard = DemoGuard.over(directory);
    Object ending = new Object();
    Runnable end =
        () -> {
          synchronized (ending) {
            service.close();
            guard.close();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(ending, end), "holdpoint-stop"));
    try {
      parent.end(tellTogether(service, new DemoFleet(directory.resolve("fleet")), count));
    } finally {
      end.run();
    }
  }

  /** With the lock: else the command, whose nodes have ended, would take that for a failure. */
  private void stop(Object ending, Runnable end) {
    synchronized (ending) {
      end.run();
      if (!exit) {
        // The last act: otherwise the JVM reports the signal and not the clean end.
        Runtime.getRuntime().halt(0);
      }
    }
  }

  /** The exit code; without {@code --exit} it returns only when every node has ended. */
  private int tellTogether(DemoNodes service, DemoFleet fleet, int count) {
    service.start(count);
    fleet.start();
    service.describe(parent.out());
    DemoStory story = new DemoStory(service.client(), fleet, parent.out());
    story.meet(count);
    boolean held = story.tell();
    if (exit) {
      return held ? 0 : HoldpointCommand.BROKEN;
    }
    story.invite();
    service.invite(parent.out());
    service.awaitEnd();
    throw new StartException("every node of the demo has ended");
  }

  private Map<String, String> defaults(Path dataDirectory) {
    Map<String, String> defaults = new HashMap<>();
    defaults.put("HOLDPOINT_DATA_DIR", dataDirectory.toString());
    defaults.put("HOLDPOINT_WORKER_OBSERVE_INTERVAL", "100ms");
    if (exit) {
      // A run that only tells the story must not collide with a service on the usual ports.
      defaults.put("HOLDPOINT_HTTP_PORT", "0");
      defaults.put("HOLDPOINT_MANAGEMENT_PORT", "0");
    }
    return defaults;
  }
}
