package io.holdpoint.driver;

import io.holdpoint.task.Node;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reaches nodes of one kind: what a change needs of a node, and no more. It knows files, commands
 * and processes, nothing of Logstash; what they mean is {@link LogstashApi}'s and the worker's
 * business.
 *
 * <p>All calls return at once; a stage fails with a {@link NodeException} whose message is for the
 * operator. Stages may complete on any thread. Every call may be repeated after a crash: each says
 * what a repetition does.
 */
public interface NodeDriver {
  /** Bytes of a file, or of a command's output, that are read; the rest is cut off. */
  int MAX_BYTES = 1 << 20;

  /** The name by which a node chooses its driver. */
  String name();

  /** What this node allows; a change that needs more is refused before anything is touched. */
  Set<Capability> capabilities(Node node);

  /** Whether a process is there, as the host sees it, whatever its API says. */
  CompletionStage<ProcessState> probe(Node node);

  /** A file as it is, symbolic links followed; a missing one is no failure. */
  CompletionStage<FileState> read(Node node, String path);

  /** Where a symbolic link points to; null when {@code path} is missing or no link. */
  CompletionStage<@Nullable String> readLink(Node node, String path);

  /**
   * Writes {@code content} durably under a temporary name beside {@code target} and returns that
   * name. The name follows from target and content: staging the same again gives the same name.
   * Missing directories are made. The file gets the mode of the target, or owner-only without one.
   */
  CompletionStage<String> stage(Node node, String target, byte[] content);

  /**
   * Renames a staged file over its target, atomically and durably. When the staged file is gone,
   * the commit was done before, and nothing happens.
   */
  CompletionStage<Void> commit(Node node, String staged, String target);

  /** Atomically makes {@code link} a symbolic link to {@code target}. */
  CompletionStage<Void> link(Node node, String target, String link);

  /** Removes a file; a missing one is fine. */
  CompletionStage<Void> remove(Node node, String path);

  /**
   * Begins a command that goes on by itself, whatever becomes of this process or its connection. A
   * command of the same {@link NodeCommand#id()} is begun once only, also by two callers at once;
   * the others get its state.
   */
  CompletionStage<RunState> run(Node node, NodeCommand command);

  /** How a command of that id stands; {@link RunState.Phase#ABSENT} when it was never begun. */
  CompletionStage<RunState> runState(Node node, String commandId);

  /** Sends a signal to the process of the node; none there is fine. */
  CompletionStage<Void> signal(Node node, NodeSignal signal);

  /**
   * Starts the process unless there is one. The stage completes when it was launched, not when it
   * is good.
   */
  CompletionStage<Void> start(Node node);

  /**
   * Asks the process to end and to finish what it has in flight, as SIGTERM does. The stage
   * completes when the request was delivered, not when the process is gone: that may take for ever.
   */
  CompletionStage<Void> stop(Node node);

  /**
   * Asks the node's API, within 2 s to connect and 5 s to answer.
   *
   * @param path with its query, from the root of the API
   */
  CompletionStage<ApiReply> get(Node node, String path);
}
