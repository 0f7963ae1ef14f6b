package io.holdpoint.bench;

import io.holdpoint.auth.SignatureScheme;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one pass sends.
 *
 * @param targets HTTP ports of 127.0.0.1 that the connections take turns with; none for the raw
 *     line
 * @param databaseUri where the raw line connects
 * @param scheme how requests are signed; null for not at all
 * @param connections each with one request in flight at most
 * @param ratePerSecond 0 is a closed loop: each connection asks again once it was answered
 * @param fromSend whether an open loop's latency counts from sending: where more is due than there
 *     are connections for, the wait for one is the client's own
 * @param warmUpMillis time before the window that latencies are taken from
 * @param millis length of the window
 * @param prefix begins every token of this pass, or of the pass that is repeated
 * @param firstInstance where in the order of instances it begins
 * @param instances how many there are
 * @param most requests, made and signed beforehand
 * @param acknowledged file that gets what was answered to whom
 */
public record LoadOrder(
    List<Integer> targets,
    String databaseUri,
    @Nullable SignatureScheme scheme,
    Mix mix,
    int connections,
    int ratePerSecond,
    boolean fromSend,
    int warmUpMillis,
    int millis,
    String prefix,
    long firstInstance,
    int instances,
    int most,
    String acknowledged) {

  public LoadOrder {
    targets = List.copyOf(targets);
  }

  /** The account of everything the benchmark writes. */
  static final String ACCOUNT = "default";

  /** Prime, and larger than any number of instances: each is met once before any is met twice. */
  private static final long STRIDE = 999_999_937L;

  private static final int DIGITS = 11;

  /** The instance that the request at {@code index} is about. */
  String instance(int index) {
    return instanceId((firstInstance + index) * STRIDE % instances);
  }

  /** As the data set names them: {@code ls-cn-} and eleven digits. */
  static String instanceId(long number) {
    String digits = Long.toString(number);
    return "ls-cn-" + "0".repeat(DIGITS - digits.length()) + digits;
  }

  String token(int index) {
    return prefix + index;
  }
}
