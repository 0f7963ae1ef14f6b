package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationVersionTest {
  @Test
  void thisBuildNeedsTheNewestMigration() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("sql/migration"))) {
      String newest =
          files.map(file -> file.getFileName().toString()).sorted().reduce("", (a, b) -> b);

      assertThat(newest).startsWith("V" + Migrations.VERSION + "__");
    }
  }
}
