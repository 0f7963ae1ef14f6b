package io.holdpoint.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The classes of the packaged jar as a JVM has them in memory: a child with this archive starts in
 * two thirds of the time. Made once for a jar and a JVM, from a service that starts on an embedded
 * database and stops; test runs at the same time wait for the one that makes it.
 */
final class ClassArchive {
  private static final Duration LONGEST = Duration.ofSeconds(120);

  private ClassArchive() {}

  /** Options of a JVM that runs the jar; a JVM that cannot use the archive does without. */
  static List<String> options(Path jar) {
    Path archive = archive(jar);
    return List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive);
  }

  private static synchronized Path archive(Path jar) {
    try {
      long made = Files.getLastModifiedTime(jar).toMillis();
      String name = "holdpoint-" + Runtime.version() + '-' + made + ".jsa";
      Path archive = jar.resolveSibling("class-archives").resolve(name).toAbsolutePath();
      Files.createDirectories(archive.getParent());
      try (FileChannel lock =
              FileChannel.open(
                  archive.resolveSibling("lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock alone = lock.lock()) {
        if (!Files.exists(archive)) {
          make(jar, archive);
        }
      }
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void make(Path jar, Path archive) throws IOException {
    Path home = Files.createTempDirectory("holdpoint-archive");
    Path fresh = home.resolve("fresh.jsa");
    Map<String, String> environment =
        Map.of(
            "HOLDPOINT_DATA_DIR", home.resolve("data").toString(),
            "HOLDPOINT_HTTP_PORT", "0",
            "HOLDPOINT_MANAGEMENT_PORT", "0");
    List<String> options = List.of("-XX:ArchiveClassesAtExit=" + fresh);
    try (ChildProcess child = ChildProcess.launch(List.of(), options, jar, environment, "serve")) {
      Await.until(
          LONGEST,
          "a service that starts",
          () -> child.log().stream().anyMatch(line -> line.contains("holdpoint is ready")));
      child.process().destroy();
      child.exitCode(LONGEST);
    }
    Files.move(fresh, archive);
  }
}
