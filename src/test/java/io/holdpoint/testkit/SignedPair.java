package io.holdpoint.testkit;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.RawHttp.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;

/**
 * Two nodes on one database that let in only who signs, run no steps, and share nothing but the
 * database; and an administrator of account {@code default}.
 */
public final class SignedPair implements AutoCloseable {
  private final TestDatabase database;
  private final Map<String, String> environment;
  private final KeyIssuer issuer;
  private final AccessKey administrator;
  private final ServiceFixture one;
  private final ServiceFixture other;

  /**
   * @param environment on top of what makes them ask for signatures
   */
  public SignedPair(TestDatabase database, Map<String, String> environment) {
    this.database = database;
    this.environment = new HashMap<>(KeyIssuer.environment());
    this.environment.putAll(environment);
    issuer = new KeyIssuer(database);
    administrator = issuer.add("default", "anna", Role.ADMINISTRATOR);
    one = start();
    other = start();
  }

  /** One more node, or one of the two after a restart. */
  public ServiceFixture start() {
    return ServiceFixture.start(database.runtimeUri(), environment);
  }

  public KeyIssuer issuer() {
    return issuer;
  }

  public int one() {
    return one.service().port();
  }

  public int other() {
    return other.service().port();
  }

  public List<Integer> both() {
    return List.of(other(), one());
  }

  /** The administrator, at the first node. */
  public SignedClient client(SignatureScheme scheme) {
    return client(scheme, administrator);
  }

  /** The holder of a key, at the first node. */
  public SignedClient client(SignatureScheme scheme, AccessKey key) {
    return SignedClient.of(one(), scheme, key);
  }

  /** So many copies at the same moment, of each request in turn, to each node in turn. */
  public List<Reply> together(int copies, List<CapturedRequest> requests) {
    CyclicBarrier start = new CyclicBarrier(copies);
    Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    Parallel.run(
        IntStream.range(0, copies)
            .<Runnable>mapToObj(
                i ->
                    () -> {
                      await(start);
                      CapturedRequest request = requests.get(i % requests.size());
                      replies.add(request.sendTo(i % 2 == 0 ? one() : other()));
                    })
            .toList());
    return List.copyOf(replies);
  }

  private static void await(CyclicBarrier start) {
    try {
      start.await();
    } catch (BrokenBarrierException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    other.close();
    one.close();
    issuer.close();
  }
}
