package io.holdpoint.task;

import java.security.SecureRandom;
import java.util.List;

/**
 * An instance to create.
 *
 * @param specification everything the API returns again but the engine does not look at, as JSON
 *     text: node spec, network, payment
 */
public record NewInstance(
    String instanceId,
    String version,
    String description,
    int nodeAmount,
    String specification,
    List<Node> nodes) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

  public NewInstance {
    nodes = List.copyOf(nodes);
  }

  /** {@code ls-cn-} and 11 lower-case letters or digits: 57 random bits. */
  public static String mintId() {
    StringBuilder id = new StringBuilder("ls-cn-");
    for (int i = 0; i < 11; i++) {
      id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
