package io.holdpoint.driver;

import io.holdpoint.config.SimulatedConfig;
import io.holdpoint.driver.NodeException.Kind;
import io.holdpoint.task.Node;
import io.holdpoint.task.NodeLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that exist only in this process: for the first hour with the product, for the demo and for
 * tests of the engine. Files, commands, pipelines and versions are as on a host with Logstash
 * installed. Each behaves by its own plan, given in the node's {@code settings}:
 *
 * <ul>
 *   <li>{@code stopMillis}, {@code startMillis}, {@code checkMillis}: how long a stop, a start and
 *       an answer of the API's root take; {@code commandMillis}: how long every command takes (0)
 *   <li>{@code blockedStop} (true): a stop that never ends, as a blocked output causes
 *   <li>{@code failStarts} (n): the first n starts end in a dead process
 *   <li>{@code version} (8.19.3): what is installed at first
 * </ul>
 *
 * and in the texts of its pipelines, see {@link SimulatedPipelines}.
 */
public final class SimulatedDriver implements NodeDriver {
  private final SimulatedConfig config;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<Identity, Host> hosts = new ConcurrentHashMap<>();

  private record Identity(String accountId, String instanceId, String nodeId) {}

  /** One at a time: each act locks its host. */
  private record Host(SimulatedFiles files, SimulatedNode process, SimulatedCommands commands) {}

  /**
   * @param config the durations of nodes without settings of their own
   */
  public SimulatedDriver(SimulatedConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Set<Capability> capabilities(Node node) {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public CompletionStage<ProcessState> probe(Node node) {
    return on(node, host -> host.process().probe(nanoTime.getAsLong()));
  }

  @Override
  public CompletionStage<FileState> read(Node node, String path) {
    return on(node, host -> new FileState(host.files().read(path)));
  }

  @Override
  public CompletionStage<@Nullable String> readLink(Node node, String path) {
    return on(node, host -> host.files().readLink(path));
  }

  @Override
  public CompletionStage<String> stage(Node node, String target, byte[] content) {
    String staged = target + ".holdpoint-" + FileState.hash(content).substring(0, 16);
    return on(
        node,
        host -> {
          host.files().write(staged, content);
          return staged;
        });
  }

  @Override
  public CompletionStage<Void> commit(Node node, String staged, String target) {
    return act(node, host -> host.files().rename(staged, target));
  }

  @Override
  public CompletionStage<Void> link(Node node, String target, String link) {
    return act(node, host -> host.files().link(target, link));
  }

  @Override
  public CompletionStage<Void> remove(Node node, String path) {
    return act(node, host -> host.files().remove(path));
  }

  @Override
  public CompletionStage<RunState> run(Node node, NodeCommand command) {
    long nanos = nanos(node, "commandMillis", Duration.ZERO);
    return on(node, host -> host.commands().run(command, nanoTime.getAsLong(), nanos));
  }

  @Override
  public CompletionStage<RunState> runState(Node node, String commandId) {
    return on(node, host -> host.commands().state(commandId, nanoTime.getAsLong()));
  }

  @Override
  public CompletionStage<Void> signal(Node node, NodeSignal signal) {
    return act(node, host -> host.process().signal(signal, nanoTime.getAsLong()));
  }

  @Override
  public CompletionStage<Void> start(Node node) {
    int failures = node.settings().get("failStarts") instanceof Number n ? n.intValue() : 0;
    long nanos = nanos(node, "startMillis", config.start());
    return act(node, host -> host.process().start(nanoTime.getAsLong(), nanos, failures));
  }

  @Override
  public CompletionStage<Void> stop(Node node) {
    boolean blocked = Boolean.TRUE.equals(node.settings().get("blockedStop"));
    long nanos = blocked ? Long.MAX_VALUE : nanos(node, "stopMillis", config.stop());
    return act(node, host -> host.process().stop(nanoTime.getAsLong(), nanos));
  }

  @Override
  public CompletionStage<ApiReply> get(Node node, String path) {
    long millis = path.equals("/") ? millis(node, "checkMillis", config.check()) : 0;
    return after(millis, () -> on(node, host -> host.process().get(path, nanoTime.getAsLong())));
  }

  private static <T> CompletionStage<T> after(long millis, Supplier<CompletionStage<T>> act) {
    Executor then =
        millis <= 0
            ? Runnable::run
            : CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
    return CompletableFuture.supplyAsync(act, then).thenCompose(Function.identity());
  }

  private CompletionStage<Void> act(Node node, Consumer<Host> act) {
    return on(
        node,
        host -> {
          act.accept(host);
          return null;
        });
  }

  private <T> CompletionStage<T> on(Node node, Function<Host, T> act) {
    try {
      Host host = host(node);
      synchronized (host) {
        return CompletableFuture.completedStage(act.apply(host));
      }
    } catch (NodeException e) {
      return CompletableFuture.failedStage(e);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedStage(
          new NodeException(Kind.REFUSED, "not as a host has it: " + e.getMessage(), e));
    }
  }

  private Host host(Node node) {
    return hosts.computeIfAbsent(
        new Identity(node.accountId(), node.instanceId(), node.nodeId()), identity -> fresh(node));
  }

  private Host fresh(Node node) {
    NodeLayout layout = NodeLayout.of(node);
    String version =
        node.settings().get("version") instanceof String text
            ? text
            : SimulatedHome.DEFAULT_VERSION;
    SimulatedFiles files = SimulatedHome.installed(layout, node.nodeId(), version);
    // The same node again in the next process: its data would have outlived this one.
    String name = node.accountId() + "/" + node.instanceId() + "/" + node.nodeId();
    files.write(
        layout.pathData() + "/uuid",
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
    return new Host(
        files,
        new SimulatedNode(layout, files, nanoTime.getAsLong()),
        new SimulatedCommands(files));
  }

  private static long nanos(Node node, String setting, Duration otherwise) {
    return TimeUnit.MILLISECONDS.toNanos(millis(node, setting, otherwise));
  }

  private static long millis(Node node, String setting, Duration otherwise) {
    Object value = node.settings().get(setting);
    return value instanceof Number number ? number.longValue() : otherwise.toMillis();
  }
}
