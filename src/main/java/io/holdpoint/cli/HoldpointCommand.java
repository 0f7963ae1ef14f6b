package io.holdpoint.cli;

import io.holdpoint.Build;
import io.holdpoint.config.ConfigException;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.StartException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * {@code java -jar holdpoint.jar [serve|demo|migrate|config|keys|call|bench]}; without a word it
 * serves. Exit codes: 0 done, 1 the demo or the benchmark saw a broken invariant, 2 wrong usage,
 * configuration or start; and those of {@link CallEnd.Kind}.
 */
@Command(
    name = "holdpoint",
    description = "Runs change tasks on Logstash fleets that can be held at any moment.",
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      MigrateCommand.class,
      ConfigCommand.class,
      KeysCommand.class,
      CallCommand.class,
      BenchCommand.class
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
  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Configuration file; the defaults are those of conf/holdpoint.yaml.")
  private @Nullable Path conf;

  private int result;

  private HoldpointCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Runs one command; the exit code, or {@link #KEEP_RUNNING}. */
  public static int run(Map<String, String> environment, String... arguments) {
    return run(environment, System.out, System.err, arguments);
  }

  /** The same, told where to speak. */
  static int run(
      Map<String, String> environment, PrintStream out, PrintStream err, String... arguments) {
    HoldpointCommand command = new HoldpointCommand(environment, out, err);
    CommandLine line =
        new CommandLine(command)
            // An argument @FILE is the command's own to read.
            .setExpandAtFiles(false)
            .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
            .setParameterExceptionHandler((failure, given) -> command.refuse(failure))
            .setExecutionExceptionHandler((failure, failed, parsed) -> command.explain(failure));
    int code = line.execute(arguments);
    return code == 0 ? command.result : code;
  }

  private int refuse(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    err.println("holdpoint: " + failure.getMessage() + "; see: " + command + " --help");
    return UNUSABLE;
  }

  private int explain(Exception failure) throws Exception {
    if (failure instanceof ConfigException || failure instanceof StartException) {
      err.println("holdpoint: " + failure.getMessage());
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

  Map<String, String> environment() {
    return environment;
  }

  /** For another process of this program, to read the same file. */
  List<String> confArguments() {
    return conf == null ? List.of() : List.of("--conf", conf.toAbsolutePath().toString());
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
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
