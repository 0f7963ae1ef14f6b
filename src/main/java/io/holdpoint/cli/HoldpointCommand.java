package io.holdpoint.cli;

import io.holdpoint.Build;
import io.holdpoint.config.ConfigException;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.StartException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * {@code java -jar holdpoint.jar [serve|demo|migrate|config|keys]}; without a word it serves. Exit
 * codes: 0 done, 1 the demo saw a broken invariant, 2 wrong usage, configuration or start.
 */
@Command(
    name = "holdpoint",
    description = "Runs change tasks on Logstash fleets that can be held at any moment.",
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      MigrateCommand.class,
      ConfigCommand.class,
      KeysCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = HoldpointCommand.Version.class)
public final class HoldpointCommand implements Runnable {
  /** The process goes on: a server was started. */
  public static final int KEEP_RUNNING = -1;

  static final int BROKEN = 1;
  static final int UNUSABLE = 2;

  private final Map<String, String> environment;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Configuration file; the defaults are those of conf/holdpoint.yaml.")
  private @Nullable Path conf;

  private int result;

  private HoldpointCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Runs one command; the exit code, or {@link #KEEP_RUNNING}. */
  public static int run(Map<String, String> environment, String... arguments) {
    HoldpointCommand command = new HoldpointCommand(environment);
    CommandLine line =
        new CommandLine(command)
            .setParameterExceptionHandler((failure, given) -> refuse(failure))
            .setExecutionExceptionHandler((failure, failed, parsed) -> explain(failure));
    int code = line.execute(arguments);
    return code == 0 ? command.result : code;
  }

  private static int refuse(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    System.err.println("holdpoint: " + failure.getMessage() + "; see: " + command + " --help");
    return UNUSABLE;
  }

  private static int explain(Exception failure) throws Exception {
    if (failure instanceof ConfigException || failure instanceof StartException) {
      System.err.println("holdpoint: " + failure.getMessage());
      return UNUSABLE;
    }
    throw failure;
  }

  @Override
  public void run() {
    serve();
  }

  void serve() {
    ServeCommand.serve(config(Map.of()));
    end(KEEP_RUNNING);
  }

  void end(int code) {
    result = code;
  }

  /**
   * @param overrides environment names that this command sets itself, unless the user did
   */
  HoldpointConfig config(Map<String, String> overrides) {
    Map<String, String> effective = new HashMap<>(overrides);
    effective.putAll(environment);
    return HoldpointConfig.load(conf, effective);
  }

  /** Reads the version from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"holdpoint " + Build.version()};
    }
  }
}
