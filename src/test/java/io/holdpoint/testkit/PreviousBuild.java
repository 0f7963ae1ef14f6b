package io.holdpoint.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The statements of the build that went before this schema version, kept as test resources: during
 * a rolling upgrade both run at once. With a release they are replaced by that release's own, and
 * {@link #SCHEMA} with them.
 */
public final class PreviousBuild {
  /** The schema version that build needed. */
  public static final String SCHEMA = "009";

  private static final String NAME = "-- name: ";

  private static final List<String> FILES =
      List.of(
          "access",
          "audit",
          "credential",
          "instance",
          "interrupt",
          "nonce",
          "read",
          "resume",
          "service_node",
          "step",
          "stream",
          "turn");

  private PreviousBuild() {}

  /** All of that build's statements by name, with their comments. */
  public static Map<String, String> statements() {
    Map<String, String> all = new LinkedHashMap<>();
    for (String file : FILES) {
      all.putAll(blocks(resource("/previous/sql/query/" + file + ".sql")));
    }
    return all;
  }

  /** All statements of this build, the benchmark's aside. */
  public static Map<String, String> presentStatements() {
    Map<String, String> all = new LinkedHashMap<>();
    for (String file : FILES) {
      all.putAll(blocks(resource("/sql/query/" + file + ".sql")));
    }
    return all;
  }

  /** This build's jar with that build's statements; what was not there yet is this build's own. */
  public static Path jar(Path directory) {
    Path jar = directory.resolve("previous.jar");
    try {
      Files.copy(ChildProcess.jar(), jar);
      try (FileSystem inside = FileSystems.newFileSystem(jar)) {
        for (String file : FILES) {
          String path = "/sql/query/" + file + ".sql";
          Map<String, String> blocks = blocks(resource(path));
          blocks.putAll(blocks(resource("/previous" + path)));
          Files.writeString(inside.getPath(path), text(blocks));
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Map<String, String> blocks) {
    StringBuilder text = new StringBuilder();
    blocks.forEach((name, sql) -> text.append(NAME).append(name).append('\n').append(sql));
    return text.toString();
  }

  private static Map<String, String> blocks(String text) {
    Map<String, String> blocks = new LinkedHashMap<>();
    String[] parts = text.split("(?m)^" + NAME, -1);
    for (int i = 1; i < parts.length; i++) {
      int end = parts[i].indexOf('\n');
      blocks.put(parts[i].substring(0, end).strip(), parts[i].substring(end + 1));
    }
    return blocks;
  }

  private static String resource(String path) {
    try (InputStream in = PreviousBuild.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
