package io.holdpoint.driver;

import static io.holdpoint.driver.DriverFixture.get;
import static io.holdpoint.driver.DriverFixture.refusal;
import static io.holdpoint.driver.DriverFixture.shell;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdpoint.task.Node;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.Parallel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every driver of real hosts promises; the hosts are this one. */
abstract class DriverContract {
  static final Duration LIMIT = Duration.ofSeconds(20);

  /** A process that ends when it is asked to, and says so when it is told to look again. */
  private static final String PATIENT =
      "trap 'exit 0' TERM; trap 'touch \"$1/hup\"' HUP; echo $$ >>\"$1/started\";"
          + " while :; do sleep 0.02; done";

  /** A process with something in flight that never gets through. */
  private static final String BLOCKED =
      "trap '' TERM; echo $$ >>\"$1/started\"; while :; do sleep 0.02; done";

  @TempDir Path root;

  abstract NodeDriver driver();

  /** Another driver as a second Holdpoint has one. */
  abstract NodeDriver secondDriver();

  /** A node that starts this. */
  abstract Node node(List<String> commandLine);

  final Node node() {
    return node(shell(PATIENT, root.toString()));
  }

  @Test
  void aStagedFileBecomesTheTargetAtTheCommit() throws IOException {
    Node node = node();
    Path target = Files.writeString(root.resolve("a.yml"), "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));

    String staged = get(driver().stage(node, target.toString(), bytes("new")));

    assertEquals("old", get(driver().read(node, target.toString())).text());
    assertEquals(staged, get(driver().stage(node, target.toString(), bytes("new"))));
    get(driver().commit(node, staged, target.toString()));
    assertEquals("new", Files.readString(target));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    assertFalse(Files.exists(Path.of(staged)));
    get(driver().commit(node, staged, target.toString()));
    assertEquals("new", Files.readString(target));
  }

  @Test
  void aFileWithoutTargetIsItsOwnersAndItsDirectoryIsMade() throws IOException {
    Node node = node();
    Path target = root.resolve("deep/er/a.yml");

    String staged = get(driver().stage(node, target.toString(), bytes("new")));
    get(driver().commit(node, staged, target.toString()));

    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    get(driver().remove(node, target.toString()));
    get(driver().remove(node, target.toString()));
    assertFalse(Files.exists(target));
  }

  @Test
  void aMissingFileIsAStateAndADirectoryIsRefused() {
    Node node = node();

    assertFalse(get(driver().read(node, root + "/none")).exists());
    assertNull(get(driver().readLink(node, root + "/none")));
    assertEquals(NodeException.Kind.REFUSED, refusal(driver().read(node, root.toString())).kind());
    assertEquals(
        NodeException.Kind.REFUSED, refusal(driver().remove(node, root.toString())).kind());
    assertEquals(NodeException.Kind.REFUSED, refusal(driver().read(node, "relative.yml")).kind());
  }

  @Test
  void aBigFileIsCutOff() throws IOException {
    byte[] big = new byte[3 * NodeDriver.MAX_BYTES];
    Files.write(root.resolve("big"), big);

    byte[] read = get(driver().read(node(), root + "/big")).content();

    assertNotNull(read);
    assertEquals(NodeDriver.MAX_BYTES, read.length);
  }

  @Test
  void aFileOfSeveralBlocksArrivesWhole() throws IOException {
    Node node = node();
    byte[] content = new byte[300_001];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 >> 3);
    }

    get(driver().commit(node, get(driver().stage(node, root + "/x", content)), root + "/x"));

    assertEquals(FileState.hash(content), get(driver().read(node, root + "/x")).hash());
  }

  @Test
  void aLinkIsSwitchedWithoutAMomentOfNone() throws IOException {
    Node node = node();
    Files.writeString(Files.createDirectory(root.resolve("v1")).resolve("mark"), "1");
    Files.writeString(Files.createDirectory(root.resolve("v2")).resolve("mark"), "2");
    String link = root + "/current";
    get(driver().link(node, root + "/v1", link));
    AtomicBoolean done = new AtomicBoolean();

    Parallel.run(
        List.of(
            () -> {
              for (int round = 0; round < 20; round++) {
                get(driver().link(node, root + "/v2", link));
                get(driver().link(node, root + "/v1", link));
              }
              done.set(true);
            },
            () -> {
              while (!done.get()) {
                assertTrue(Files.exists(Path.of(link, "mark")), "the link was away");
              }
            }));

    assertEquals(root + "/v1", get(driver().readLink(node, link)));
    assertNull(get(driver().readLink(node, root + "/v1/mark")));
  }

  @Test
  void aCommandTellsItsOutputAndItsExitCode() {
    Node node = node();
    NodeCommand command = new NodeCommand("says-3", shell("echo out; echo err >&2; exit 3"));

    assertEquals(RunState.ABSENT, get(driver().runState(node, "says-3")));
    get(driver().run(node, command));
    RunState ended = ended(node, "says-3");

    assertEquals(new RunState(RunState.Phase.ENDED, 3, "out\nerr\n"), ended);
    assertEquals(ended, get(driver().run(node, command)));
  }

  @Test
  void argumentsArriveAsTheyAre() {
    Node node = node();
    String[] nasty = {
      "",
      "two words",
      "it's",
      "\"quoted\"",
      "$(touch " + root + "/hurt)",
      "`id`",
      "$HOME",
      "${HOME}",
      "$$",
      "a\nb",
      "\\",
      "*",
      "%h %%",
      "; exit 9",
      "&",
      "-n",
      "--",
      "üñí",
      "!!",
      "'\\''"
    };

    get(driver().run(node, new NodeCommand("nasty", shell("printf '[%s]' \"$@\"", nasty))));

    assertEquals("[" + String.join("][", nasty) + "]", ended(node, "nasty").output());
    assertFalse(Files.exists(root.resolve("hurt")));
  }

  @Test
  void aCommandIsBegunOnceByManyCallers() throws IOException {
    Node node = node();
    NodeCommand command =
        new NodeCommand("once", shell("echo ran >>\"$1/ran\"; sleep 0.2", root.toString()));
    List<Runnable> callers =
        List.of(
            () -> get(driver().run(node, command)), () -> get(secondDriver().run(node, command)));

    Parallel.run(
        java.util.stream.Stream.of(callers, callers, callers, callers)
            .flatMap(List::stream)
            .toList());

    assertTrue(ended(node, "once").succeeded());
    assertEquals(List.of("ran"), Files.readAllLines(root.resolve("ran")));
  }

  @Test
  void aCommandGoesOnWhenItsDriverIsClosed() throws Exception {
    Node node = node();
    String wait = "while [ ! -f \"$1/go\" ]; do sleep 0.02; done; echo done";
    NodeDriver first = secondDriver();
    assertEquals(
        RunState.Phase.RUNNING,
        get(first.run(node, new NodeCommand("long", shell(wait, root.toString())))).phase());

    ((AutoCloseable) first).close();

    assertEquals(RunState.Phase.RUNNING, get(driver().runState(node, "long")).phase());
    Files.createFile(root.resolve("go"));
    assertEquals("done\n", ended(node, "long").output());
  }

  @Test
  void aKilledCommandIsLostAndNotBegunAgain() throws IOException {
    Node node = node();
    NodeCommand command =
        new NodeCommand("killed", shell("echo $$ >>\"$1/child\"; exec sleep 60", root.toString()));
    get(driver().run(node, command));
    Await.until(LIMIT, "begun", () -> Files.exists(root.resolve("child")));
    Path pid = root.resolve("data/.holdpoint/run/killed/pid");

    kill(Long.parseLong(Files.readString(pid).split(" ")[0]));
    awaitLost(node, "killed");

    assertEquals(RunState.Phase.LOST, get(driver().run(node, command)).phase());
    assertEquals(1, Files.readAllLines(root.resolve("child")).size());
  }

  /** What remains when only the one that waits for the command was killed. */
  void awaitLost(Node node, String id) throws IOException {
    kill(Long.parseLong(Files.readAllLines(root.resolve("child")).get(0)));
    Await.until(
        LIMIT, "lost", () -> get(driver().runState(node, id)).phase() == RunState.Phase.LOST);
  }

  @Test
  void theNewestOutputIsKept() {
    Node node = node();
    String much = "head -c 3000000 /dev/zero | tr '\\0' x; printf end";

    get(driver().run(node, new NodeCommand("much", shell(much))));
    String output = ended(node, "much").output();

    assertEquals(NodeDriver.MAX_BYTES, output.length());
    assertTrue(output.endsWith("xend"));
  }

  @Test
  void aProcessIsStartedOnceAndEndsWhenAsked() throws IOException {
    Node node = node();
    assertFalse(get(driver().probe(node)).up());
    get(driver().stop(node));
    get(driver().signal(node, NodeSignal.HUP));

    Parallel.run(Collections.nCopies(3, (Runnable) () -> get(driver().start(node))));
    get(secondDriver().start(node));
    awaitStarted();

    ProcessState state = get(driver().probe(node));
    assertTrue(state.up());
    assertEquals(List.of(String.valueOf(state.pid())), Files.readAllLines(root.resolve("started")));
    get(driver().signal(node, NodeSignal.HUP));
    Await.until(LIMIT, "HUP", () -> Files.exists(root.resolve("hup")));
    get(driver().stop(node));
    awaitGone(node);
    get(driver().start(node));
    Await.until(LIMIT, "started again", () -> lines("started") == 2);
  }

  @Test
  void aBlockedProcessIsAskedAndLivesOnUntilItIsKilled() {
    Node node = node(shell(BLOCKED, root.toString()));
    get(driver().start(node));
    awaitStarted();

    get(driver().stop(node));
    get(driver().stop(node));

    assertTrue(get(driver().probe(node)).up());
    get(driver().signal(node, NodeSignal.KILL));
    awaitGone(node);
  }

  final void awaitStarted() {
    Await.until(LIMIT, "started", () -> lines("started") > 0);
  }

  final void awaitGone(Node node) {
    Await.until(LIMIT, "gone", () -> !get(driver().probe(node)).up());
  }

  final RunState ended(Node node, String id) {
    Await.until(
        LIMIT,
        id + " ended",
        () -> get(driver().runState(node, id)).phase() != RunState.Phase.RUNNING);
    return get(driver().runState(node, id));
  }

  final long lines(String file) {
    try {
      Path path = root.resolve(file);
      return Files.exists(path) ? Files.readAllLines(path).size() : 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
