package io.holdpoint.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DetachedScriptIT {
  private static final long HANG_UP = 1;

  @TempDir Path directory;

  @EnabledOnOs(OS.LINUX)
  @Test
  void aNodeThatIsStartedUnderNohupHearsAHangUp() throws Exception {
    List<String> node =
        DetachedScript.NODE.command(
            directory.toString(), List.of("grep", "SigIgn:", "/proc/self/status"));
    List<String> nohup = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "-"));
    nohup.addAll(node);

    Process process = new ProcessBuilder(nohup).inheritIO().start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

    String line = Files.readString(directory.resolve("node.out")).strip();
    long ignored = Long.parseLong(line.replaceFirst("SigIgn:\\s*", ""), 16);
    assertThat(ignored & HANG_UP).isZero();
    assertThat(Files.readString(directory.resolve("node.pid"))).startsWith(process.pid() + " ");
  }
}
