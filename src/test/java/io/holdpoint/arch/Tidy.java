package io.holdpoint.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Habits that bytecode does not show. Each check takes the texts of files by their path from the
 * project's folder, with forward slashes, and returns what it found, in words that say where.
 */
final class Tidy {
  static final int LONGEST_FILE = 400;

  private static final String SOURCES = "src/main/java/";
  private static final String STORE = SOURCES + "io/holdpoint/store/";
  private static final String BENCH = SOURCES + "io/holdpoint/bench/";

  private static final Pattern NULL_MARKED =
      Pattern.compile(
          "^@(org\\.jspecify\\.annotations\\.)?NullMarked\\s+package ", Pattern.MULTILINE);
  private static final Pattern STATEMENT_NAME =
      Pattern.compile("^-- name:\\s*(\\S+)\\s*$", Pattern.MULTILINE);
  private static final Pattern STATEMENT_USE =
      Pattern.compile("statement\\(\\s*\"([^\"]*)\"\\s*\\)");
  private static final Pattern DRAWER_FILE =
      Pattern.compile("(Util|Utils|Helper|Helpers|Common|Misc)(?![a-z])");
  private static final Pattern DRAWER_PACKAGE = Pattern.compile("utils?|helpers?|commons?|misc");
  private static final Set<String> BANNED =
      Set.of("System.out.print", "printStackTrace", "FIXME", "Thread.sleep");

  private Tidy() {}

  static List<String> tooLong(Map<String, String> files) {
    return files.entrySet().stream()
        .filter(file -> file.getValue().lines().count() > LONGEST_FILE)
        .map(file -> file.getKey() + " has " + file.getValue().lines().count() + " lines")
        .sorted()
        .toList();
  }

  /** A room says what it is for, and where null is allowed it says so. */
  static List<String> packagesNotNullMarked(Map<String, String> files) {
    return files.keySet().stream()
        .filter(path -> path.startsWith(SOURCES) && path.endsWith(".java"))
        .map(path -> path.substring(0, path.lastIndexOf('/') + 1) + "package-info.java")
        .distinct()
        .filter(info -> !NULL_MARKED.matcher(files.getOrDefault(info, "")).find())
        .map(info -> info + " is missing or not @NullMarked")
        .sorted()
        .toList();
  }

  /** Statements that nobody runs, runs that name no statement, and names given twice. */
  static List<String> statementsOutOfStep(Map<String, String> files) {
    List<String> named =
        groups(STATEMENT_NAME, files, path -> path.startsWith("sql/query/")).toList();
    Set<String> used =
        groups(STATEMENT_USE, files, path -> path.startsWith(STORE) || path.startsWith(BENCH))
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> findings = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    for (String name : named) {
      if (!seen.add(name)) {
        findings.add(name + " is named twice in sql/query");
      }
    }
    seen.stream()
        .filter(name -> !used.contains(name))
        .forEach(n -> findings.add(n + " is not used"));
    used.stream()
        .filter(name -> !seen.contains(name))
        .forEach(n -> findings.add(n + " is no name"));
    return findings;
  }

  static List<String> namesThatMeanNothing(Map<String, String> files) {
    return files.keySet().stream()
        .filter(path -> path.startsWith(SOURCES))
        .filter(Tidy::meansNothing)
        .sorted()
        .toList();
  }

  private static boolean meansNothing(String path) {
    List<String> parts = List.of(path.substring(SOURCES.length()).split("/"));
    return DRAWER_FILE.matcher(parts.get(parts.size() - 1)).find()
        || parts.stream().anyMatch(part -> DRAWER_PACKAGE.matcher(part).matches());
  }

  /** Only the command line speaks on standard output; everybody else writes the log. */
  static List<String> bannedText(Map<String, String> files) {
    List<String> findings = new ArrayList<>();
    files.forEach(
        (path, text) ->
            BANNED.stream()
                .filter(text::contains)
                .forEach(banned -> findings.add(path + " contains " + banned)));
    return findings.stream().sorted().toList();
  }

  private static Stream<String> groups(
      Pattern pattern, Map<String, String> files, Predicate<String> paths) {
    return files.entrySet().stream()
        .filter(file -> paths.test(file.getKey()))
        .flatMap(file -> pattern.matcher(file.getValue()).results())
        .map(match -> match.group(1));
  }
}
