package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Documents that are nearly right, and what must hold of each: it is refused with one printable
 * line, or it decides as {@link ReferencePolicy} reads it. Nothing else comes out of the parser. A
 * document that broke this once belongs into the corpus.
 */
final class PolicyFuzz {
  static final Path ACCEPTED = Path.of("src/test/resources/policy-corpus/accepted");
  static final Path REFUSED = Path.of("src/test/resources/policy-corpus/refused");

  private static final int REQUESTS = 8;

  /** Pieces that mean something to JSON or to policies, or break what reads carelessly. */
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ":",
          ",",
          "\\",
          "\\u0000",
          "\\ud800",
          "\u0000",
          "\u00e4",
          "\ud83d\ude00",
          "*",
          "?",
          "**",
          "*a*a*a*b",
          "/",
          "%",
          "$",
          "null",
          "true",
          "1e400",
          "-0",
          "[[[[[[[[[[",
          "{\"a\":",
          "\"Version\":\"1\",",
          "\"Effect\":\"Deny\",",
          "\"Statement\":",
          "\"Action\":\"*\",",
          "\"NotAction\":[],",
          "\"Resource\":\"*\",",
          "\"NotResource\":\"*\",",
          "\"Condition\":{},",
          "\"Bool\":",
          "acs:SourceIp",
          "acs:SecureTransport",
          "acs:CurrentTime",
          "0.0.0.0/0",
          "::/0",
          "/33",
          "localhost",
          "+999999999-12-31T23:59:59-18:00",
          "-999999999-01-01T00:00:00+18:00",
          "acs:",
          ":*",
          " ".repeat(700),
          "a".repeat(70),
          "\ufeff",
          "//",
          "/*",
          "NaN",
          "'");

  private final SplittableRandom random;
  private final PolicyGrammar grammar;
  private final List<String> corpus = new ArrayList<>();
  int accepted;
  int refused;

  PolicyFuzz(long seed) {
    random = new SplittableRandom(seed);
    grammar = new PolicyGrammar(random);
    corpus.addAll(documents(ACCEPTED));
    corpus.addAll(documents(REFUSED));
  }

  static List<String> documents(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> documents = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        documents.add(Files.readString(file));
      }
      return documents;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  void run(int documents) {
    for (int i = 0; i < documents; i++) {
      check(next());
    }
  }

  private String next() {
    String document =
        random.nextInt(4) == 0
            ? grammar.one(corpus)
            : PolicyGrammar.document(grammar.statements(3));
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      document = changed(document);
    }
    return document;
  }

  /** One change of the text: a piece goes, comes, comes again, or becomes another. */
  private String changed(String document) {
    int length = document.length();
    int from = random.nextInt(length + 1);
    int to = Math.min(length, from + random.nextInt(random.nextInt(8) == 0 ? 200 : 6));
    String head = document.substring(0, from);
    String rest = document.substring(from);
    String tail = document.substring(to);
    return switch (random.nextInt(6)) {
      case 0 -> head + tail;
      case 1 -> head + grammar.one(PIECES) + rest;
      case 2 -> head + document.substring(from, to) + rest;
      case 3 -> head + grammar.one(PIECES) + tail;
      case 4 -> head + (char) random.nextInt(0x250) + tail;
      default -> spliced(head);
    };
  }

  /** The head of one document with the tail of another. */
  private String spliced(String head) {
    String other = grammar.one(corpus);
    return head + other.substring(random.nextInt(other.length() + 1));
  }

  /** Whether it was accepted. */
  boolean check(String document) {
    PolicySet policies;
    try {
      policies = AccessRequests.policies(document);
      accepted++;
    } catch (PolicyException refusal) {
      refused++;
      assertThat(refusal.getMessage())
          .as(() -> document)
          .matches("[ -~]{1," + PolicyException.LONGEST_MESSAGE + "}");
      return false;
    } catch (RuntimeException | StackOverflowError escaped) {
      throw new AssertionError("on the document " + document, escaped);
    }
    for (int i = 0; i < REQUESTS; i++) {
      AccessRequest request = grammar.request();
      assertThat(policies.decide(request).kind())
          .as(() -> document + " on " + request)
          .isEqualTo(ReferencePolicy.decide(List.of(document), request));
    }
    return true;
  }
}
