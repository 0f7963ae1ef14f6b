package io.holdpoint.driver;

import io.holdpoint.secret.Credential;
import io.holdpoint.secret.CredentialSource;
import io.holdpoint.task.Node;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Nodes below one folder, and how their drivers are asked. */
final class DriverFixture {
  private static final long PATIENCE_SECONDS = 30;

  private DriverFixture() {}

  static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof NodeException known) {
        throw known;
      }
      throw new AssertionError("not a failure for an operator", failed.getCause());
    } catch (TimeoutException late) {
      throw new AssertionError("no end in " + PATIENCE_SECONDS + " s", late);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static NodeException refusal(CompletionStage<?> stage) {
    try {
      get(stage);
    } catch (NodeException expected) {
      String message = String.valueOf(expected.getMessage());
      if (message.lines().count() != 1) {
        throw new AssertionError("not one line: " + message);
      }
      return expected;
    }
    throw new AssertionError("it did not fail");
  }

  /** A node whose files are all below {@code root}. */
  static Node node(String driver, Path root, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>();
    all.put("home", root + "/logstash");
    all.put("pathSettings", root + "/etc");
    all.put("pathData", root + "/data");
    all.putAll(settings);
    return new Node(
        "default", "ls-cn-abcdefghijk", "node-1", "127.0.0.1", driver, null, "test", all);
  }

  static Node with(Node node, String setting, Object value) {
    Map<String, Object> settings = new HashMap<>(node.settings());
    settings.put(setting, value);
    return with(node, node.apiEndpoint(), settings);
  }

  static Node at(Node node, @Nullable String apiEndpoint) {
    return with(node, apiEndpoint, node.settings());
  }

  private static Node with(Node node, @Nullable String apiEndpoint, Map<String, Object> settings) {
    return new Node(
        node.accountId(),
        node.instanceId(),
        node.nodeId(),
        node.address(),
        node.driver(),
        apiEndpoint,
        node.credential(),
        settings);
  }

  static CredentialSource holding(Credential credential) {
    return (account, name) -> CompletableFuture.completedStage(credential);
  }

  /** The credential with a login for the API too. */
  static Credential withApi(Credential credential) {
    UnaryOperator<Map<String, String>> add =
        members -> {
          Map<String, String> all = new HashMap<>(members);
          all.put("apiUser", "monitor");
          all.put("apiPassword", "s3cret: with colon");
          return all;
        };
    return new Credential(add.apply(credential.members()));
  }

  /** A command line that runs a shell script with arguments. */
  static List<String> shell(String script, String... arguments) {
    List<String> line = new java.util.ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
    line.addAll(List.of(arguments));
    return line;
  }
}
