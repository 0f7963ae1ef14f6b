package io.holdpoint.cli;

import io.holdpoint.Logging;
import io.holdpoint.Service;
import io.holdpoint.config.HoldpointConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Serves until SIGTERM or Ctrl-C. */
@Command(name = "serve", description = "Serves the API until it is told to stop (the default).")
final class ServeCommand implements Runnable {
  @ParentCommand private HoldpointCommand parent;

  @Override
  public void run() {
    parent.serve();
  }

  /** Starts a service that ends with the process: drained, leases handed back, exit code 0. */
  static Service serve(HoldpointConfig config) {
    return serve(config, () -> {});
  }

  /**
   * @param afterwards runs when everything has ended, before the process does
   */
  static Service serve(HoldpointConfig config, Runnable afterwards) {
    Service service = Service.start(config);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  service.close();
                  afterwards.run();
                  Logging.flush();
                  // The last act: otherwise the JVM reports the signal and not the clean end.
                  Runtime.getRuntime().halt(0);
                },
                "holdpoint-stop"));
    return service;
  }
}
