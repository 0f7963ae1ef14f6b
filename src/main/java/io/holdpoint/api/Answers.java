package io.holdpoint.api;

import io.holdpoint.task.Answer;
import java.util.function.Consumer;

/** Answers a query that found nothing, or had no answer, alike for all operations. */
final class Answers {
  private Answers() {}

  static <A extends Answer> void reply(
      Exchange exchange, Answer answer, Class<A> expected, Consumer<A> found) {
    if (expected.isInstance(answer)) {
      found.accept(expected.cast(answer));
    } else if (answer instanceof Answer.NotFound) {
      exchange.fail(ApiError.INSTANCE_NOT_FOUND);
    } else {
      exchange.fail(ApiError.UNAVAILABLE);
    }
  }
}
