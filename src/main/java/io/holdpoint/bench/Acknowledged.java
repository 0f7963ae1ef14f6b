package io.holdpoint.bench;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What was answered to each request of a pass. */
final class Acknowledged {
  private static final byte TRUE = 1;
  private static final byte FALSE = 2;
  private static final byte REFUSED = 3;

  private final byte[] answers;
  private final Map<String, Long> counts = new TreeMap<>();
  private long count;

  Acknowledged(int most) {
    answers = new byte[most];
  }

  void add(int index, String answer) {
    count++;
    counts.merge(answer, 1L, Long::sum);
    answers[index] =
        switch (answer) {
          case "true" -> TRUE;
          case "false" -> FALSE;
          default -> REFUSED;
        };
  }

  /** Requests that were given up. */
  void unanswered(long requests) {
    if (requests > 0) {
      counts.merge("no answer", requests, Long::sum);
    }
  }

  long count() {
    return count;
  }

  /** Each answer and how often it came. */
  Map<String, Long> counts() {
    return counts;
  }

  /** A line per result: the token, a tab, the result. A repeat gives none: its first one did. */
  void write(LoadOrder order) throws IOException {
    try (Writer out =
        Files.newBufferedWriter(Path.of(order.acknowledged()), StandardCharsets.US_ASCII)) {
      for (int i = 0; i < answers.length; i++) {
        boolean result = answers[i] == TRUE || answers[i] == FALSE;
        if (result && order.mix().kind(i) != Mix.Kind.REPLAY) {
          out.append(order.token(i)).append('\t').append(answers[i] == TRUE ? "true" : "false");
          out.append('\n');
        }
      }
    }
  }
}
