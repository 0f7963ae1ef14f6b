package io.holdpoint.standin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pipeline's text, read as far as a stand-in needs: sections, conditions and the plugins in them,
 * each as {@code "filter mutate"}. What is inside a plugin's braces only has to balance.
 */
final class ConfigText {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s++|#[^\\n]*+|\"(?:[^\"\\\\]++|\\\\.)*+\"|'(?:[^'\\\\]++|\\\\.)*+'|\\$\\{[^}]*+\\}"
              + "|[A-Za-z_][A-Za-z0-9_-]*+|.",
          Pattern.DOTALL);
  private static final Set<String> SECTIONS = Set.of("input", "filter", "output");

  private final Deque<String> tokens = new ArrayDeque<>();
  private final Set<String> sections = new LinkedHashSet<>();
  private final Set<String> plugins = new LinkedHashSet<>();

  private ConfigText(String text) throws ConfigException {
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      String token = matcher.group();
      if (!token.isBlank() && !token.startsWith("#")) {
        tokens.add(token);
      }
    }
    while (!tokens.isEmpty()) {
      section();
    }
    if (!sections.contains("input") || !sections.contains("output")) {
      throw new ConfigException("Expected one of \"input\", \"output\": a section is missing");
    }
  }

  /** The plugins of a text. */
  static Set<String> plugins(String text) throws ConfigException {
    return new ConfigText(text).plugins;
  }

  /** The check of {@code -t}, and of a reload before it touches what runs. */
  static Set<String> checked(String text, Predicate<String> known) throws ConfigException {
    Set<String> plugins = plugins(text);
    for (String plugin : plugins) {
      if (!known.test(plugin)) {
        String[] words = plugin.split(" ");
        throw new ConfigException(
            "Couldn't find any %s plugin named '%s'. Are you sure this is correct?"
                .formatted(words[0], words[1]));
      }
    }
    return plugins;
  }

  private void section() throws ConfigException {
    String kind = next();
    if (!SECTIONS.contains(kind)) {
      throw unexpected(kind);
    }
    open();
    sections.add(kind);
    branch(kind);
  }

  private void branch(String kind) throws ConfigException {
    for (String token = next(); !token.equals("}"); token = next()) {
      if (token.equals("if") || token.equals("else")) {
        while (!next().equals("{")) {
          continue;
        }
        branch(kind);
      } else if (Character.isJavaIdentifierStart(token.charAt(0)) && !token.startsWith("$")) {
        open();
        plugins.add(kind + " " + token);
        block();
      } else {
        throw unexpected(token);
      }
    }
  }

  private void block() throws ConfigException {
    for (int depth = 1; depth > 0; ) {
      String token = next();
      depth += token.equals("{") ? 1 : token.equals("}") ? -1 : 0;
    }
  }

  private void open() throws ConfigException {
    String token = next();
    if (!token.equals("{")) {
      throw unexpected(token);
    }
  }

  private String next() throws ConfigException {
    String token = tokens.poll();
    if (token == null) {
      throw new ConfigException("Expected one of #, {, } at the end of the text");
    }
    return token;
  }

  private static ConfigException unexpected(String token) {
    return new ConfigException(
        "Expected one of [ \\t\\r\\n], \"#\", \"input\", \"filter\", \"output\", {, } but found "
            + token);
  }
}
