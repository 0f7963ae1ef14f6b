package io.holdpoint.driver;

import io.holdpoint.secret.CredentialSource;
import io.holdpoint.task.Node;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are systemd units of other hosts, reached by SSH with no agent there: files by SFTP,
 * the unit and commands by {@link RemoteCommand}, the API through the same connection.
 *
 * <p>Settings, beside those of {@link io.holdpoint.task.NodeLayout}: {@code port}, {@code hostKey},
 * {@code unit}, {@code sudo} ({@link SshSettings}) and {@code apiCa} (PEM).
 */
public final class SshDriver implements NodeDriver, AutoCloseable {
  private static final int MOST_CONNECTIONS = 256;

  private final NodeCredentials credentials;
  private final SshLinks links;
  private final NodeHttp http;

  /**
   * @param nanoTime tells how long a connection was not used
   */
  public SshDriver(CredentialSource credentials, Vertx vertx, LongSupplier nanoTime) {
    this(credentials, vertx, nanoTime, NodeHttp.ANSWER_LIMIT);
  }

  /**
   * @param answerLimit how long the API of a node is waited for
   */
  SshDriver(
      CredentialSource credentials, Vertx vertx, LongSupplier nanoTime, Duration answerLimit) {
    this.credentials = new NodeCredentials(credentials);
    links = new SshLinks(this.credentials, nanoTime, MOST_CONNECTIONS);
    http = new NodeHttp(vertx, answerLimit);
  }

  @Override
  public String name() {
    return "ssh";
  }

  @Override
  public Set<Capability> capabilities(Node node) {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public CompletionStage<ProcessState> probe(Node node) {
    return links.with(
        node,
        (link, settings) -> {
          UnitState unit = unit(link, settings, settings.unit());
          return new ProcessState(
              unit.up(), unit.pid() > 0 ? unit.pid() : null, unit.describe(settings.unit()));
        });
  }

  @Override
  public CompletionStage<FileState> read(Node node, String path) {
    return links.with(node, (link, settings) -> link.files().read(path));
  }

  @Override
  public CompletionStage<@Nullable String> readLink(Node node, String path) {
    return links.with(node, (link, settings) -> link.files().readLink(path));
  }

  @Override
  public CompletionStage<String> stage(Node node, String target, byte[] content) {
    byte[] copy = content.clone();
    return links.with(node, (link, settings) -> link.files().stage(target, copy));
  }

  @Override
  public CompletionStage<Void> commit(Node node, String staged, String target) {
    return acting(node, (link, settings) -> link.files().commit(staged, target));
  }

  @Override
  public CompletionStage<Void> link(Node node, String target, String path) {
    return acting(node, (link, settings) -> link.files().link(target, path));
  }

  @Override
  public CompletionStage<Void> remove(Node node, String path) {
    return acting(node, (link, settings) -> link.files().remove(path));
  }

  @Override
  public CompletionStage<RunState> run(Node node, NodeCommand command) {
    return links.with(
        node,
        (link, settings) -> {
          RunState before = runState(link, settings, command.id());
          if (before.phase() != RunState.Phase.ABSENT) {
            return before;
          }
          String directory = settings.run(command.id());
          link.files().makeOwnerOnlyDirectory(directory);
          SshLink.Said said =
              link.say(
                  RemoteCommand.run(
                      unitOf(command.id()),
                      DetachedScript.RUN.command(directory, command.arguments())),
                  settings.sudo());
          RunState after = runState(link, settings, command.id());
          if (said.code() != 0 && after.phase() == RunState.Phase.ABSENT) {
            throw refusal(said);
          }
          return after;
        });
  }

  @Override
  public CompletionStage<RunState> runState(Node node, String commandId) {
    return links.with(node, (link, settings) -> runState(link, settings, commandId));
  }

  /**
   * The unit is asked before the exit code is read: what has ended by then has written it. A unit
   * that is neither claimed nor up has been asked for and is about to start.
   */
  private static RunState runState(SshLink link, SshSettings settings, String id)
      throws IOException {
    String directory = settings.run(id);
    SftpFiles files = link.files();
    boolean claimed = files.exists(directory + "/" + DetachedScript.RUN.claim());
    UnitState unit = unit(link, settings, unitOf(id));
    String code = files.tail(directory + "/rc").strip();
    String output = files.tail(directory + "/out");
    if (code.matches("\\d{1,3}")) {
      return new RunState(RunState.Phase.ENDED, Integer.parseInt(code), output);
    }
    if (unit.known() && (unit.up() || !claimed && unit.inactive())) {
      return new RunState(RunState.Phase.RUNNING, 0, output);
    }
    return unit.known() || claimed ? new RunState(RunState.Phase.LOST, 0, output) : RunState.ABSENT;
  }

  @Override
  public CompletionStage<Void> signal(Node node, NodeSignal signal) {
    return acting(
        node,
        (link, settings) -> {
          if (unit(link, settings, settings.unit()).pid() > 0) {
            tell(link, settings, RemoteCommand.kill(settings.unit(), signal));
          }
        });
  }

  @Override
  public CompletionStage<Void> start(Node node) {
    return acting(
        node, (link, settings) -> tell(link, settings, RemoteCommand.start(settings.unit())));
  }

  /** Refused where systemd would kill a process that does not end: that is for humans to decide. */
  @Override
  public CompletionStage<Void> stop(Node node) {
    return acting(
        node,
        (link, settings) -> {
          UnitState unit = unit(link, settings, settings.unit());
          if (unit.up() && !unit.stopsPatiently()) {
            throw Failures.refused(
                node,
                "is not stopped: systemd would kill it after %s; set TimeoutStopSec=infinity in unit %s"
                    .formatted(unit.stopTimeout(), settings.unit()));
          }
          if (unit.known()) {
            tell(link, settings, RemoteCommand.stop(settings.unit()));
          }
        });
  }

  @Override
  public CompletionStage<ApiReply> get(Node node, String path) {
    CompletionStage<SocketAddress> door =
        links.with(
            node,
            (link, settings) -> {
              NodeHttp.Endpoint endpoint = NodeHttp.Endpoint.of(node);
              return link.forward(endpoint.host(), endpoint.port());
            });
    return Failures.named(
        node,
        door.thenCompose(
            via ->
                credentials
                    .of(node)
                    .thenCompose(credential -> http.get(node, credential, path, via))));
  }

  /** Ends connections and threads; the nodes and their commands go on. */
  @Override
  public void close() {
    http.close();
    links.close();
  }

  private static String unitOf(String commandId) {
    return "holdpoint-" + commandId;
  }

  private static UnitState unit(SshLink link, SshSettings settings, String unit)
      throws IOException {
    return UnitState.parse(tell(link, settings, RemoteCommand.show(unit)).out());
  }

  private static SshLink.Said tell(SshLink link, SshSettings settings, RemoteCommand command)
      throws IOException {
    SshLink.Said said = link.say(command, settings.sudo());
    if (said.code() != 0) {
      throw refusal(said);
    }
    return said;
  }

  private static NodeException refusal(SshLink.Said said) {
    return new NodeException(
        NodeException.Kind.REFUSED,
        "the host refused with exit code " + said.code() + ": " + Failures.line(said.error()));
  }

  private CompletionStage<Void> acting(Node node, Deed deed) {
    return links.with(
        node,
        (link, settings) -> {
          deed.on(link, settings);
          return null;
        });
  }

  /** Something asked of a host that answers nothing. */
  private interface Deed {
    void on(SshLink link, SshSettings settings) throws IOException;
  }
}
