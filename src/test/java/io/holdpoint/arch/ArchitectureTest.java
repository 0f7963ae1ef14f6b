package io.holdpoint.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The product keeps every rule; {@link PlantedViolationTest} shows that each could be broken. */
class ArchitectureTest {
  private static final String ROOT = "io.holdpoint";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @ParameterizedTest
  @EnumSource(ArchitectureRule.class)
  void theProductKeeps(ArchitectureRule rule) {
    rule.under(ROOT).check(PRODUCT);
  }

  /** Every rule is green over nothing, so what was read has to be more than that. */
  @Test
  void theProductWasRead() {
    assertThat(PRODUCT).anyMatch(type -> type.getPackageName().equals(Room.TASK.in(ROOT)));
    assertThat(PRODUCT).noneMatch(type -> type.getPackageName().startsWith(ROOT + ".arch"));
  }
}
