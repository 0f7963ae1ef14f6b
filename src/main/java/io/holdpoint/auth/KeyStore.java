package io.holdpoint.auth;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds keys by their ids. For any thread; never blocks. */
public interface KeyStore {

  /**
   * The key of that id, perhaps a disabled one, as it was a few seconds ago at most; empty when
   * there is none. Often complete at once.
   *
   * @return fails when it cannot be told now: the caller is neither let in nor told that its key is
   *     unknown
   */
  CompletionStage<Optional<AccessKey>> find(String keyId);
}
