package io.holdpoint.testkit;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The npm SDK in a Node process of its own. Its packages are fetched once, into the build's folder,
 * as its lock file names them; no script of theirs is run. Where that is not possible the test is
 * aborted with a word that says why.
 */
public final class NpmSdk {
  private static final long FETCH_SECONDS = 60;
  private static final long CALL_SECONDS = 30;
  private static final Path FOLDER = Path.of("target", "npm-sdk");
  private static final Path RESOURCES = Path.of("src", "test", "resources", "npm-sdk");

  private NpmSdk() {}

  /** Makes sure that the packages are there. */
  public static void fetch() throws IOException {
    copyScripts();
    run(CALL_SECONDS, "node", "--version");
    // npm writes it last.
    if (Files.exists(FOLDER.resolve("node_modules/.package-lock.json"))) {
      return;
    }
    run(
        FETCH_SECONDS,
        "npm",
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        "--fetch-retries=0");
  }

  private static void copyScripts() throws IOException {
    Files.createDirectories(FOLDER);
    try (var files = Files.list(RESOURCES)) {
      for (Path file : files.toList()) {
        Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** What came of each call, in their order. */
  public static List<JsonObject> call(List<JsonObject> calls) throws IOException {
    List<String> command = new ArrayList<>(List.of("node", "call.js"));
    calls.forEach(call -> command.add(call.encode()));
    return run(CALL_SECONDS, command.toArray(String[]::new))
        .lines()
        // Node may warn of something beside.
        .filter(line -> line.startsWith("{"))
        .map(JsonObject::new)
        .toList();
  }

  private static String run(long seconds, String... command) throws IOException {
    Path output = Files.createTempFile(FOLDER, "output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      process.destroyForcibly();
      String said = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        return Assumptions.abort(
            "SKIPPED: the npm SDK, because `"
                + String.join(" ", command)
                + (ended ? "` failed: " : "` did not end within " + seconds + " s: ")
                + said);
      }
      return said;
    } catch (IOException missing) {
      return Assumptions.abort(
          "SKIPPED: the npm SDK, because there is no "
              + command[0]
              + " on this machine: "
              + missing.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      Files.delete(output);
    }
  }
}
