package io.holdpoint.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedFilesTest {
  private final SimulatedFiles files = new SimulatedFiles();

  @BeforeEach
  void twoVersionsBehindALink() {
    files.write("/opt/a/x", "a");
    files.write("/opt/b/x", "b");
    files.link("/opt/a", "/opt/current");
  }

  @Test
  void linksOnTheWayAreFollowed() {
    assertThat(files.text("/opt/current/x")).isEqualTo("a");

    files.link("b", "/opt/current");

    assertThat(files.readLink("/opt/current")).isEqualTo("b");
    assertThat(files.text("/opt/current/x")).as("a relative one").isEqualTo("b");
    files.write("/opt/current/y", "new");
    assertThat(files.text("/opt/b/y")).isEqualTo("new");
  }

  @Test
  void renameReplacesALinkAndNotWhatItPointsTo() {
    files.link("/opt/a/x", "/opt/x");
    files.write("/opt/staged", "new");

    files.rename("/opt/staged", "/opt/x");

    assertThat(files.text("/opt/x")).isEqualTo("new");
    assertThat(files.text("/opt/a/x")).isEqualTo("a");
    assertThat(files.readLink("/opt/x")).isNull();
    files.rename("/opt/staged", "/opt/x");
    assertThat(files.text("/opt/x")).as("done before").isEqualTo("new");
  }

  @Test
  void removalOfALinkLeavesItsTarget() {
    files.remove("/opt/current");
    files.remove("/opt/current");

    assertThat(files.read("/opt/current/x")).isNull();
    assertThat(files.text("/opt/a/x")).isEqualTo("a");
  }

  @Test
  void directoriesAreNoFiles() {
    assertThat(files.read("/opt")).isNull();
    assertThatThrownBy(() -> files.write("/opt", "x")).isInstanceOf(NodeException.class);
    assertThatThrownBy(() -> files.remove("/opt/a")).isInstanceOf(NodeException.class);
    assertThatThrownBy(() -> files.makeDirectories("/opt/a/x")).isInstanceOf(NodeException.class);
    assertThatThrownBy(() -> files.read("x")).hasMessageContaining("not an absolute path");
  }

  @Test
  void linksInACircleAreRefused() {
    files.link("/opt/two", "/opt/one");
    files.link("/opt/one", "/opt/two");

    assertThatThrownBy(() -> files.read("/opt/one/x")).hasMessageContaining("too many levels");
  }

  @Test
  void directoryIsCopiedWithWhatIsInIt() {
    files.write("/opt/a/deep/z", "z");

    files.copy("/opt/current", "/backup");
    files.copy("/opt/a/x", "/backup/deep");

    assertThat(files.text("/backup/x")).isEqualTo("a");
    assertThat(files.text("/backup/deep/z")).isEqualTo("z");
    assertThat(files.text("/backup/deep/x")).isEqualTo("a");
  }

  @Test
  void configPathIsAFileADirectoryOrAPattern() {
    files.write("/conf.d/a.conf", "");
    files.write("/conf.d/b.conf", "");
    files.write("/conf.d/b.txt", "");

    assertThat(files.matching("/conf.d/a.conf")).containsExactly("/conf.d/a.conf");
    assertThat(files.matching("/conf.d")).hasSize(3);
    assertThat(files.matching("/conf.d/*.conf"))
        .containsExactly("/conf.d/a.conf", "/conf.d/b.conf");
    assertThat(files.matching("/conf.d/none")).isEmpty();
  }
}
