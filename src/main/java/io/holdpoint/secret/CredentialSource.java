package io.holdpoint.secret;

import java.util.concurrent.CompletionStage;

/** Opens stored credentials for whoever reaches nodes. */
public interface CredentialSource {

  /**
   * The credential of that name.
   *
   * @return fails with a message for the operator when there is none, or its key is not at hand
   */
  CompletionStage<Credential> find(String accountId, String name);
}
