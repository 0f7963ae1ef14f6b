package io.holdpoint.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The SQL text of {@code sql/query}, by name, loaded once at start. A block begins with {@code --
 * name: x}; comment lines are left out of what is sent.
 */
public final class Statements {
  private static final List<String> FILES =
      List.of(
          "access.sql",
          "audit.sql",
          "bench.sql",
          "cluster.sql",
          "credential.sql",
          "instance.sql",
          "interrupt.sql",
          "nonce.sql",
          "read.sql",
          "resume.sql",
          "service_node.sql",
          "step.sql",
          "stream.sql",
          "turn.sql",
          "webhook.sql",
          "webhook_delivery.sql");
  private static final String NAME = "-- name: ";
  private static final Statements LOADED = load();

  private final Map<String, String> texts;

  private Statements(Map<String, String> texts) {
    this.texts = Map.copyOf(texts);
  }

  /**
   * @throws IllegalStateException when no block has that name: a build that got past its tests
   *     cannot meet it
   */
  public static String statement(String name) {
    String text = LOADED.texts.get(name);
    if (text == null) {
      throw new IllegalStateException("sql/query has no statement named " + name);
    }
    return text;
  }

  private static Statements load() {
    Map<String, String> texts = new HashMap<>();
    for (String file : FILES) {
      parse(read("/sql/query/" + file), texts);
    }
    return new Statements(texts);
  }

  private static void parse(String file, Map<String, String> texts) {
    String name = null;
    StringBuilder text = new StringBuilder();
    for (String line : file.split("\n", -1)) {
      if (line.startsWith(NAME)) {
        put(texts, name, text);
        name = line.substring(NAME.length()).trim();
      } else if (!line.stripLeading().startsWith("--")) {
        text.append(line).append('\n');
      }
    }
    put(texts, name, text);
  }

  private static void put(Map<String, String> texts, @Nullable String name, StringBuilder sql) {
    if (name != null && texts.put(name, sql.toString().strip()) != null) {
      throw new IllegalStateException("sql/query names " + name + " twice");
    }
    sql.setLength(0);
  }

  private static String read(String resource) {
    try (InputStream in = Statements.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
