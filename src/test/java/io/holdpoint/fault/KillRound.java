package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TokenStorm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * One kill -9 in the middle of batches: 64 clients interrupt and resume, the process dies at a
 * random moment and is started again, every client asks until it has its answer.
 */
public final class KillRound {
  private static final int CLIENTS = 64;
  private static final int INSTANCES = 40;
  private static final int NODES = 100;

  private final TestDatabase database;
  private final ChildService service;

  public KillRound(TestDatabase database, ChildService service) {
    this.database = database;
    this.service = service;
  }

  /** Fails when an acknowledged answer does not hold or a token had more than one effect. */
  public void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (TokenStorm storm = new TokenStorm(service.api(), instances(), CLIENTS, seed)) {
      storm.awaitAnswers(random.nextInt(20, 1_000));
      service.kill();
      service.startAgain();
      storm.awaitAnswers(200);
      Collection<TokenStorm.Answered> answers = storm.stop();

      assertThat(storm.retries()).as("requests that the kill left unanswered").isPositive();
      // Before anybody asks again, which would record what was lost.
      assertThat(recorded()).as("tokens, seed %s", seed).containsAll(tokens(answers));
      assertThat(storm.contradictions()).as("seed %s", seed).isEmpty();
    }
    HistoryCheck.holds(database, "seed " + seed);
  }

  private List<String> instances() {
    Operator operator = new Operator(service.api());
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      String instance = operator.createInstance(NODES);
      assertThat(operator.restart(instance).status()).isEqualTo(200);
      instances.add(instance);
    }
    return instances;
  }

  private Set<String> recorded() {
    return database.rows("SELECT client_token FROM commands").stream()
        .map(row -> String.valueOf(row.get("client_token")))
        .collect(Collectors.toSet());
  }

  private static List<String> tokens(Collection<TokenStorm.Answered> answers) {
    return answers.stream().map(answer -> answer.asked().token()).toList();
  }
}
