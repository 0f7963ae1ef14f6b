package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The demo's balancer has the rules of Compose's and its own addresses. */
class DemoBalancerTest {
  private static final List<DemoBalancer.Target> TWO =
      List.of(
          new DemoBalancer.Target("one", "127.0.0.1", 4001, 5001),
          new DemoBalancer.Target("two", "10.0.0.2", 4002, 5002));

  @Test
  void onlyAddressesDifferFromTheFileOfCompose() throws IOException {
    String template = Files.readString(Path.of("conf/haproxy.cfg"));

    List<String> made = DemoBalancer.configuration(template, 3000, 3001, TWO).lines().toList();

    assertThat(made)
        .containsSubsequence(
            "frontend api",
            "    bind 127.0.0.1:3000",
            "frontend health",
            "    bind 127.0.0.1:3001",
            "backend nodes",
            "    server one 127.0.0.1:4001 check port 5001",
            "    server two 10.0.0.2:4002 check port 5002");
    Predicate<String> address = line -> line.matches("    (bind|server) .*");
    assertThat(made.stream().filter(address)).hasSize(4);
    assertThat(made.stream().filter(address.negate()))
        .containsExactlyElementsOf(template.lines().filter(address.negate()).toList());
  }

  @Test
  void programIsLookedForOnThePath() {
    Path folder = Path.of("src").toAbsolutePath();

    assertThat(DemoBalancer.program(Map.of())).isEmpty();
    assertThat(DemoBalancer.program(Map.of("PATH", folder + "::relative"))).isEmpty();
  }
}
