package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.RequestOutcomes.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * Random requests, signed as a random client does, changed at random up to three times: whatever is
 * accepted means what was signed. Counts what became of each kind of change, so that a run in which
 * nothing happened can be told from one in which all was well.
 */
final class MutationRun {
  private static final int CHANGED_COPIES = 10;
  private static final Mutation[] MUTATIONS = Mutation.values();

  final Map<Mutation, Integer> refused = new EnumMap<>(Mutation.class);
  final Map<Mutation, Integer> equivalent = new EnumMap<>(Mutation.class);
  int unreadable;

  private final long seed;
  private final Random random;
  private final RandomRequest requests;

  MutationRun(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.requests = new RandomRequest(random);
  }

  void run(int requestCount) {
    ReferenceClient[] clients = ReferenceClient.values();
    for (int round = 0; round < requestCount; round++) {
      ReferenceClient client = clients[random.nextInt(clients.length)];
      WireRequest request = requests.next(client);
      String keyId = "key" + random.nextInt(100);
      WireRequest signed = client.sign(request, keyId, RequestOutcomes.secretOf(keyId));
      String context = "seed " + seed + ", round " + round + ", " + client;
      assertThat(RequestOutcomes.of(signed))
          .as(() -> context + " " + signed)
          .isEqualTo(Outcome.ACCEPTED);
      for (int copy = 0; copy < CHANGED_COPIES; copy++) {
        changedCopy(signed, context);
      }
    }
  }

  private void changedCopy(WireRequest signed, String context) {
    WireRequest changed = signed;
    Mutation last = Mutation.METHOD;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      last = MUTATIONS[random.nextInt(MUTATIONS.length)];
      changed = last.apply(changed, random);
      if (!changed.isReadable()) {
        unreadable++;
        return;
      }
    }
    check(signed, changed, last, context);
  }

  private void check(WireRequest signed, WireRequest changed, Mutation last, String context) {
    switch (RequestOutcomes.of(changed)) {
      case REFUSED -> refused.merge(last, 1, Integer::sum);
      case ACCEPTED -> {
        assertThat(Understanding.of(changed))
            .as(() -> context + "\n" + signed + "\naccepted as " + changed)
            .isEqualTo(Understanding.of(signed));
        equivalent.merge(last, 1, Integer::sum);
      }
    }
  }
}
