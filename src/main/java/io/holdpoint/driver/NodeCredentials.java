package io.holdpoint.driver;

import io.holdpoint.secret.Credential;
import io.holdpoint.secret.CredentialSource;
import io.holdpoint.task.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds what a node's credential refers to. */
final class NodeCredentials {
  private final CredentialSource source;

  NodeCredentials(CredentialSource source) {
    this.source = source;
  }

  /** The credential that the node names; {@link Credential#NONE} when it names none. */
  CompletionStage<Credential> of(Node node) {
    String name = node.credential();
    if (name == null) {
      return CompletableFuture.completedStage(Credential.NONE);
    }
    CompletableFuture<Credential> found = new CompletableFuture<>();
    source
        .find(node.accountId(), name)
        .whenComplete(
            (credential, failure) -> {
              if (failure == null) {
                found.complete(credential);
              } else {
                found.completeExceptionally(
                    Failures.refused(
                        node,
                        "cannot use credential "
                            + name
                            + ": "
                            + Failures.of(node, failure).getMessage()));
              }
            });
    return found;
  }
}
