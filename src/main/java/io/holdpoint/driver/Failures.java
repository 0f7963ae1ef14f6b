package io.holdpoint.driver;

import io.holdpoint.task.Node;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.sftp.common.SftpException;

/** Makes of every failure a {@link NodeException} of one line that names the node. */
final class Failures {
  private static final int SHOWN = 300;

  private Failures() {}

  static NodeException refused(Node node, String problem) {
    return new NodeException(NodeException.Kind.REFUSED, node.nodeId() + " " + problem);
  }

  static NodeException unreachable(Node node, String problem) {
    return new NodeException(NodeException.Kind.UNREACHABLE, node.nodeId() + " " + problem);
  }

  /** A stage of its own that fails with nothing else than a {@link NodeException}. */
  static <T> CompletionStage<T> named(Node node, CompletionStage<T> stage) {
    CompletableFuture<T> named = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            named.complete(value);
          } else {
            named.completeExceptionally(of(node, failure));
          }
        });
    return named;
  }

  static NodeException of(Node node, Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof NodeException known) {
      return known;
    }
    if (cause instanceof IllegalArgumentException setting) {
      return refused(node, "has no usable setting " + line(setting));
    }
    if (cause instanceof TimeoutException) {
      return unreachable(node, "did not answer in time");
    }
    boolean answered = cause instanceof FileSystemException || cause instanceof SftpException;
    return new NodeException(
        answered ? NodeException.Kind.REFUSED : NodeException.Kind.UNREACHABLE,
        node.nodeId() + ": " + line(cause),
        cause);
  }

  /** What a failure says, on one line. */
  static String line(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    String message = failure.getMessage();
    boolean says = message != null && !message.isBlank();
    String text =
        !says ? name : failure instanceof FileSystemException ? message + ": " + name : message;
    return line(text);
  }

  static String line(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN);
  }
}
