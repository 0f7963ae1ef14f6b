package io.holdpoint.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the programs of one start write to the log directory, the only place where they say why they
 * fail. Keeps that directory small: the server has a file for each weekday, and each is at most 8
 * MiB large when a start begins.
 */
final class StartLog {

  private static final long FILE_BYTES = 8L << 20;

  /** One segment of WAL and a little: with less, PostgreSQL fails in ways it cannot explain. */
  private static final long FULL_DISK_BYTES = 20L << 20;

  private static final Pattern COMPLAINT =
      Pattern.compile("(?:FATAL|PANIC|error): +(?!the database system is|lock file).*");

  private static final Pattern MISMATCH =
      Pattern.compile(
          "initialized by PostgreSQL version (\\S+), which is not compatible with this version"
              + " ([0-9.]*[0-9])");

  private final DataDirectory directory;
  private final Map<Path, Long> sizes = new HashMap<>();

  private StartLog(DataDirectory directory) {
    this.directory = directory;
  }

  static StartLog open(DataDirectory directory) throws IOException {
    StartLog log = new StartLog(directory);
    Files.deleteIfExists(directory.startLog());
    for (Path file : log.files()) {
      if (Files.size(file) > FILE_BYTES) {
        Files.delete(file);
      }
    }
    return log;
  }

  /** Begins an attempt: what was written before is not its failure. */
  void mark() throws IOException {
    for (Path file : files()) {
      sizes.put(file, Files.size(file));
    }
  }

  /** The last complaint since the mark, else the last line, else what the library says. */
  String reason(Throwable failure) throws IOException {
    if (Files.getFileStore(directory.root()).getUsableSpace() < FULL_DISK_BYTES) {
      return "no space left on its disk";
    }
    String complaint = "";
    for (Path file : files()) {
      Matcher matcher = COMPLAINT.matcher(sinceMark(file));
      while (matcher.find()) {
        complaint = matcher.group();
      }
    }
    if (!complaint.isEmpty()) {
      return complaint;
    }
    List<String> said =
        Files.exists(directory.startLog())
            ? sinceMark(directory.startLog()).lines().filter(line -> !line.isBlank()).toList()
            : List.of();
    return said.isEmpty() ? failure.toString() : said.get(said.size() - 1);
  }

  /** Which version wrote the data and which one cannot read it, if that is the failure. */
  Optional<String> versionMismatch() throws IOException {
    for (Path file : files()) {
      Matcher matcher = MISMATCH.matcher(sinceMark(file));
      if (matcher.find()) {
        return Optional.of(
            "PostgreSQL " + matcher.group(1) + ", this version brings " + matcher.group(2));
      }
    }
    return Optional.empty();
  }

  boolean saysPortTaken() throws IOException {
    for (Path file : files()) {
      if (sinceMark(file).contains("could not create any TCP/IP sockets")) {
        return true;
      }
    }
    return false;
  }

  private String sinceMark(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int from = (int) Math.min(bytes.length, sizes.getOrDefault(file, 0L));
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.log())) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
