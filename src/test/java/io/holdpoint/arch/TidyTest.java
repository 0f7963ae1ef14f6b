package io.holdpoint.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every check of {@link Tidy}: once over the product, once over a text that must not pass. */
class TidyTest {
  private static final Map<String, String> PRODUCT = new TreeMap<>();

  @BeforeAll
  static void readTheProduct() throws IOException {
    for (String folder : List.of("src/main/java", "sql")) {
      try (Stream<Path> paths = Files.walk(Path.of(folder))) {
        for (Path path : paths.filter(Files::isRegularFile).toList()) {
          PRODUCT.put(path.toString().replace('\\', '/'), Files.readString(path));
        }
      }
    }
  }

  @Test
  void noFileIsTooLong() {
    assertThat(Tidy.tooLong(PRODUCT)).isEmpty();
  }

  @Test
  void aFileOfOneLineTooManyIsFound() {
    String longest = "line\n".repeat(Tidy.LONGEST_FILE);

    assertThat(Tidy.tooLong(Map.of("sql/a.sql", longest))).isEmpty();
    assertThat(Tidy.tooLong(Map.of("sql/a.sql", longest + "line\n")))
        .containsExactly("sql/a.sql has 401 lines");
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(Tidy.packagesNotNullMarked(PRODUCT)).isEmpty();
  }

  @Test
  void aPackageThatIsNotNullMarkedIsFound() {
    String room = "src/main/java/io/holdpoint/task/";
    String forgotten = room + "package-info.java is missing or not @NullMarked";

    assertThat(Tidy.packagesNotNullMarked(Map.of(room + "Plan.java", ""))).contains(forgotten);
    assertThat(
            Tidy.packagesNotNullMarked(
                Map.of(
                    room + "package-info.java", "/** @NullMarked */\npackage io.holdpoint.task;")))
        .contains(forgotten);
    assertThat(
            Tidy.packagesNotNullMarked(
                Map.of(room + "package-info.java", "@NullMarked\npackage io.holdpoint.task;")))
        .isEmpty();
  }

  @Test
  void everyStatementHasAUserAndEveryUseAStatement() {
    assertThat(Tidy.statementsOutOfStep(PRODUCT)).isEmpty();
  }

  @Test
  void aStatementOutOfStepIsFound() {
    Map<String, String> files =
        Map.of(
            "sql/query/a.sql", "-- name: kept\nSELECT 1;\n-- name: dead\nSELECT 2;\n",
            "sql/query/b.sql", "-- name: kept\nSELECT 3;\n",
            "src/main/java/io/holdpoint/store/A.java",
                "sql.statement(\"kept\"); sql.statement(\n    \"missing\");");

    assertThat(Tidy.statementsOutOfStep(files))
        .containsExactly(
            "kept is named twice in sql/query", "dead is not used", "missing is no name");
  }

  @Test
  void everyNameMeansSomething() {
    assertThat(Tidy.namesThatMeanNothing(PRODUCT)).isEmpty();
  }

  @Test
  void aNameThatMeansNothingIsFound() {
    String root = "src/main/java/io/holdpoint/";
    Map<String, String> files =
        Map.of(
            root + "task/TaskUtils.java", "",
            root + "task/CommonTask.java", "",
            root + "misc/Plan.java", "",
            root + "task/Commonwealth.java", "",
            root + "task/Utility.java", "");

    assertThat(Tidy.namesThatMeanNothing(files))
        .containsExactly(
            root + "misc/Plan.java", root + "task/CommonTask.java", root + "task/TaskUtils.java");
  }

  @Test
  void nothingBannedIsWritten() {
    assertThat(Tidy.bannedText(PRODUCT)).isEmpty();
  }

  @Test
  void bannedTextIsFound() {
    String print = "System.out.println(1);";
    Map<String, String> files =
        Map.of(
            "src/main/java/io/holdpoint/api/A.java", print + " e.printStackTrace();",
            "src/main/java/io/holdpoint/cli/B.java", print + " Thread.sleep(1);",
            "sql/query/c.sql", "-- FIXME");

    assertThat(Tidy.bannedText(files))
        .containsExactly(
            "sql/query/c.sql contains FIXME",
            "src/main/java/io/holdpoint/api/A.java contains System.out.print",
            "src/main/java/io/holdpoint/api/A.java contains printStackTrace",
            "src/main/java/io/holdpoint/cli/B.java contains System.out.print",
            "src/main/java/io/holdpoint/cli/B.java contains Thread.sleep");
  }
}
