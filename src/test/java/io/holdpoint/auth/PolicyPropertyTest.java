package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessDecision.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What holds of all policies, on some hundreds of them and the requests of their world. */
class PolicyPropertyTest {
  private static final int ROUNDS = 400;
  private static final int REQUESTS = 20;

  private final SplittableRandom random = new SplittableRandom(20_260_302);
  private final PolicyGrammar grammar = new PolicyGrammar(random);

  @Test
  void theDecisionIsWhatTheDocumentsMean() {
    Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
    forAll(
        statements -> {
          String document = PolicyGrammar.document(statements);
          PolicySet policies = AccessRequests.policies(document);
          return request -> {
            Kind kind = policies.decide(request).kind();
            seen.merge(kind, 1, Integer::sum);
            return kind == ReferencePolicy.decide(List.of(document), request);
          };
        });
    assertThat(seen).hasSize(3);
    assertThat(seen.values()).allMatch(count -> count > ROUNDS * REQUESTS / 20);
  }

  @Test
  void theOrderOfStatementsNeverMatters() {
    forAll(
        statements -> {
          List<String> shuffled = new ArrayList<>(statements);
          Collections.shuffle(shuffled, new Random(random.nextLong()));
          return same(together(statements), together(shuffled));
        });
  }

  @Test
  void itDoesNotMatterWhichPolicyHoldsAStatement() {
    forAll(
        statements ->
            same(
                together(statements),
                AccessRequests.policies(
                    statements.stream()
                        .map(each -> PolicyGrammar.document(List.of(each)))
                        .toArray(String[]::new))));
  }

  @Test
  void aFurtherDenyNeverAllowsMore() {
    forAll(
        statements -> {
          PolicySet before = together(statements);
          PolicySet after = together(with(statements, "Deny"));
          return request -> {
            Kind kind = after.decide(request).kind();
            return kind == Kind.EXPLICIT_DENY || kind == before.decide(request).kind();
          };
        });
  }

  @Test
  void aFurtherAllowNeverDeniesMoreAndNeverLiftsADeny() {
    forAll(
        statements -> {
          PolicySet before = together(statements);
          PolicySet after = together(with(statements, "Allow"));
          return request -> {
            Kind was = before.decide(request).kind();
            Kind kind = after.decide(request).kind();
            return kind == was || was == Kind.IMPLICIT_DENY && kind == Kind.ALLOWED;
          };
        });
  }

  private static Predicate<AccessRequest> same(PolicySet one, PolicySet other) {
    return request -> one.decide(request).kind() == other.decide(request).kind();
  }

  private static PolicySet together(List<String> statements) {
    return AccessRequests.policies(PolicyGrammar.document(statements));
  }

  private List<String> with(List<String> statements, String effect) {
    List<String> more = new ArrayList<>(statements);
    more.add(random.nextInt(more.size() + 1), grammar.statement(effect));
    return more;
  }

  /**
   * @param property makes of the statements of a document what must hold of every request
   */
  private void forAll(Function<List<String>, Predicate<AccessRequest>> property) {
    for (int round = 0; round < ROUNDS; round++) {
      List<String> statements = grammar.statements(4);
      Predicate<AccessRequest> holds = property.apply(statements);
      for (int i = 0; i < REQUESTS; i++) {
        AccessRequest request = grammar.request();
        assertThat(holds.test(request)).as(() -> statements + " on " + request).isTrue();
      }
    }
  }
}
