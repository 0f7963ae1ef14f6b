package io.holdpoint.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first hour of a user who is not root, where the tests themselves may run as root. */
class OrdinaryUserSoak {
  private static final String USER = "nobody";

  private Path home;

  @BeforeEach
  void makeHome() throws IOException {
    home = Files.createTempDirectory(Path.of("/tmp"), "holdpoint-user");
  }

  @AfterEach
  void removeHome() throws IOException {
    try (var paths = Files.walk(home)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }

  @Test
  void demoRunsForAnOrdinaryUser() throws IOException {
    boolean root = "root".equals(System.getProperty("user.name"));
    Path jar = Files.copy(ChildProcess.jar(), home.resolve("holdpoint.jar"));
    Path data = Files.createDirectory(home.resolve("data"));
    if (root) {
      Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx-----x"));
      UserPrincipal owner =
          home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
      Files.setOwner(data, owner);
    }
    Map<String, String> environment =
        Map.of("HOME", data.toString(), "HOLDPOINT_DATA_DIR", data.resolve("database").toString());
    List<String> before =
        root
            ? List.of("setpriv", "--reuid", USER, "--regid", "65534", "--clear-groups")
            : List.of();
    try (ChildProcess demo = ChildProcess.launch(before, jar, environment, "demo", "--exit")) {
      int code = demo.exitCode(Duration.ofMinutes(2));
      assertThat(demo.errorLines()).isEmpty();
      assertThat(demo.out()).contains("Every invariant held.");
      assertThat(code).isZero();
    }
    if (root) {
      assertThat(Files.getOwner(data.resolve("database")).getName()).isEqualTo(USER);
    }
  }
}
