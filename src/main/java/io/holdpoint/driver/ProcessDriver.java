package io.holdpoint.driver;

import io.holdpoint.secret.CredentialSource;
import io.holdpoint.task.Node;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are processes of this host. They outlive this process; see {@link DetachedScript}.
 *
 * <p>Settings, beside those of {@link io.holdpoint.task.NodeLayout}: {@code environment} (object of
 * strings), {@code apiCa} (PEM).
 */
public final class ProcessDriver implements NodeDriver, AutoCloseable {
  private static final int THREADS = 8;

  private final BlockingWork work = new BlockingWork("process-driver", THREADS);
  private final NodeCredentials credentials;
  private final NodeHttp http;
  private final HostProcesses processes;

  public ProcessDriver(CredentialSource credentials, Vertx vertx) {
    this(credentials, vertx, System.getenv(), NodeHttp.ANSWER_LIMIT);
  }

  /**
   * @param environment of this process
   * @param answerLimit how long the API of a node is waited for
   */
  ProcessDriver(
      CredentialSource credentials,
      Vertx vertx,
      Map<String, String> environment,
      Duration answerLimit) {
    this.credentials = new NodeCredentials(credentials);
    http = new NodeHttp(vertx, answerLimit);
    processes = new HostProcesses(environment);
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public Set<Capability> capabilities(Node node) {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public CompletionStage<ProcessState> probe(Node node) {
    return Failures.named(
        node, process(node).thenCompose(found -> work.call(() -> state(node, found))));
  }

  private ProcessState state(Node node, Optional<ProcessMark> found) throws IOException {
    if (found.isPresent()) {
      long pid = found.get().pid();
      return new ProcessState(true, pid, "running, pid " + pid);
    }
    String last = of(node).lastLine();
    return new ProcessState(
        false, null, last.isEmpty() ? "not running" : "not running; it said last: " + last);
  }

  /** The recorded process, or else the one that answers as the node's API, which is adopted. */
  private CompletionStage<Optional<ProcessMark>> process(Node node) {
    return work.call(() -> of(node).process())
        .thenCompose(
            recorded ->
                recorded.isPresent() || node.apiEndpoint() == null
                    ? CompletableFuture.completedStage(recorded)
                    : foreign(node));
  }

  private CompletionStage<Optional<ProcessMark>> foreign(Node node) {
    return get(node, "/_node/jvm")
        .exceptionally(silent -> new ApiReply(0, ""))
        .thenCompose(
            reply ->
                work.call(
                    () -> {
                      Optional<ProcessMark> found = ForeignProcess.find(node, reply);
                      if (found.isPresent()) {
                        of(node).adopt(found.get());
                      }
                      return found;
                    }));
  }

  @Override
  public CompletionStage<FileState> read(Node node, String path) {
    return blocking(node, () -> HostFiles.read(path));
  }

  @Override
  public CompletionStage<@Nullable String> readLink(Node node, String path) {
    return blocking(node, () -> HostFiles.readLink(path));
  }

  @Override
  public CompletionStage<String> stage(Node node, String target, byte[] content) {
    byte[] copy = content.clone();
    return blocking(node, () -> HostFiles.stage(target, copy));
  }

  @Override
  public CompletionStage<Void> commit(Node node, String staged, String target) {
    return acting(node, () -> HostFiles.commit(staged, target));
  }

  @Override
  public CompletionStage<Void> link(Node node, String target, String link) {
    return acting(node, () -> HostFiles.link(target, link));
  }

  @Override
  public CompletionStage<Void> remove(Node node, String path) {
    return acting(node, () -> HostFiles.remove(path));
  }

  @Override
  public CompletionStage<RunState> run(Node node, NodeCommand command) {
    return blocking(node, () -> of(node).run(command));
  }

  @Override
  public CompletionStage<RunState> runState(Node node, String commandId) {
    return blocking(node, () -> of(node).runState(commandId));
  }

  @Override
  public CompletionStage<Void> signal(Node node, NodeSignal signal) {
    return toProcess(node, process -> processes.signal(process.pid(), signal));
  }

  @Override
  public CompletionStage<Void> start(Node node) {
    return Failures.named(
        node,
        process(node)
            .thenCompose(
                found ->
                    work.call(
                        () -> {
                          if (found.isEmpty()) {
                            of(node).start();
                          }
                          return null;
                        })));
  }

  @Override
  public CompletionStage<Void> stop(Node node) {
    return toProcess(node, HostProcesses::terminate);
  }

  @Override
  public CompletionStage<ApiReply> get(Node node, String path) {
    return Failures.named(
        node,
        credentials.of(node).thenCompose(credential -> http.get(node, credential, path, null)));
  }

  /** Ends the threads and connections; the nodes and their commands go on. */
  @Override
  public void close() {
    http.close();
    work.close();
  }

  private HostNode of(Node node) {
    return new HostNode(ProcessSettings.of(node), processes);
  }

  private CompletionStage<Void> toProcess(Node node, Act<ProcessMark> act) {
    return Failures.named(
        node,
        process(node)
            .thenCompose(
                found ->
                    work.call(
                        () -> {
                          if (found.isPresent() && found.get().alive()) {
                            act.on(found.get());
                          }
                          return null;
                        })));
  }

  private <T> CompletionStage<T> blocking(Node node, Callable<T> act) {
    return Failures.named(node, work.call(act));
  }

  private CompletionStage<Void> acting(Node node, Deed deed) {
    return blocking(
        node,
        () -> {
          deed.run();
          return null;
        });
  }

  /** Something done to a process. */
  private interface Act<T> {
    void on(T target) throws IOException;
  }

  /** Something done to files. */
  private interface Deed {
    void run() throws IOException;
  }
}
