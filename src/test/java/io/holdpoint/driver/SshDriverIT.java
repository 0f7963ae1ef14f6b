package io.holdpoint.driver;

import static io.holdpoint.driver.DriverFixture.at;
import static io.holdpoint.driver.DriverFixture.get;
import static io.holdpoint.driver.DriverFixture.refusal;
import static io.holdpoint.driver.DriverFixture.shell;
import static io.holdpoint.driver.DriverFixture.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdpoint.secret.Credential;
import io.holdpoint.secret.CredentialSource;
import io.holdpoint.task.Node;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.SshHost;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SshDriverIT extends DriverApiContract {
  private final Vertx vertx = Vertx.vertx();
  private final List<SshDriver> drivers = new ArrayList<>();
  private SshHost host;

  @BeforeEach
  void begin() throws IOException {
    host = SshHost.start(Files.createDirectory(root.resolve("host")));
    drivers.add(driverWith(DriverFixture.withApi(host.credential())));
    drivers.add(driverWith(host.keyCredential()));
  }

  @AfterEach
  void end() {
    drivers.forEach(SshDriver::close);
    host.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private SshDriver driverWith(Credential credential) {
    return new SshDriver(DriverFixture.holding(credential), vertx, System::nanoTime);
  }

  @Override
  NodeDriver driverThatWaits(Duration answerLimit) {
    CredentialSource credentials = DriverFixture.holding(DriverFixture.withApi(host.credential()));
    SshDriver driver = new SshDriver(credentials, vertx, System::nanoTime, answerLimit);
    drivers.add(driver);
    return driver;
  }

  @Override
  NodeDriver driver() {
    return drivers.get(0);
  }

  /** Logs in by an encrypted ed25519 key; the first one by a password. */
  @Override
  NodeDriver secondDriver() {
    return drivers.get(1);
  }

  @Override
  Node node(List<String> commandLine) {
    host.unit(commandLine);
    return DriverFixture.node("ssh", root, host.settings());
  }

  @Test
  void nothingButTheFixedCommandsIsSent() throws IOException {
    aProcessIsStartedOnceAndEndsWhenAsked();
    get(driver().run(node(), new NodeCommand("a", shell("echo $1", "it's"))));
    ended(node(), "a");

    for (String line : host.commands()) {
      assertTrue(
          line.matches(
              "systemctl show -p [A-Za-z,]+ [a-z-]+"
                  + "|systemctl (start|stop) --no-block logstash"
                  + "|systemctl kill --signal=SIG(HUP|KILL) --kill-who=main logstash"
                  + "|(?s:systemd-run --unit=holdpoint-a --no-block --property=RemainAfterExit=yes"
                  + " -- /bin/sh -c .*)"),
          line);
    }
  }

  @Test
  void whatChangesSomethingIsAskedForBySudo() {
    Node node = with(node(), "sudo", true);

    get(driver().start(node));
    awaitStarted();
    get(driver().probe(node));

    assertTrue(host.commands().contains("sudo -n systemctl start --no-block logstash"));
    assertTrue(host.commands().stream().anyMatch(line -> line.startsWith("systemctl show")));
  }

  @Test
  void aHostWithAnotherKeyIsRefusedWithBothFingerprints() {
    Node node = with(node(), "hostKey", SshHost.foreignHostKey());

    NodeException refusal = refusal(driver().probe(node));

    assertEquals(NodeException.Kind.REFUSED, refusal.kind());
    assertTrue(
        String.valueOf(refusal.getMessage())
            .matches(
                "node-1 is refused: its host key is ssh-ed25519 SHA256:\\S+, not ssh-ed25519"
                    + " SHA256:\\S+ as in setting hostKey"),
        refusal.getMessage());
    assertEquals(List.of(), host.commands());
  }

  @Test
  void aWrongPasswordIsRefusedAndNeverShown() {
    Credential wrong = new Credential(Map.of("sshUser", "operator", "sshPassword", "hunter2"));
    SshDriver driver = driverWith(wrong);
    drivers.add(driver);

    NodeException refusal = refusal(driver.probe(node()));

    assertEquals("node-1 does not let in credential test", refusal.getMessage());
    assertEquals(NodeException.Kind.REFUSED, refusal.kind());
  }

  @Test
  void aKeyThatCannotBeReadIsRefused() {
    Credential damaged =
        new Credential(Map.of("sshUser", "operator", "sshPrivateKey", "-----BEGIN hunter2"));
    SshDriver driver = driverWith(damaged);
    drivers.add(driver);

    NodeException refusal = refusal(driver.probe(node()));

    assertEquals(NodeException.Kind.REFUSED, refusal.kind());
    assertFalse(String.valueOf(refusal.getMessage()).contains("hunter2"));
  }

  @Test
  void aMissingCredentialIsRefusedInTheWordsOfTheStore() {
    SshDriver driver =
        new SshDriver(
            (account, name) ->
                CompletableFuture.failedStage(
                    new NodeException(NodeException.Kind.REFUSED, "there is no credential store")),
            vertx,
            System::nanoTime);
    drivers.add(driver);

    assertEquals(
        "node-1 cannot use credential test: there is no credential store",
        refusal(driver.probe(node())).getMessage());
  }

  @Test
  void aStoreThatThrowsIsAFailureOfTheCall() {
    SshDriver driver =
        new SshDriver(
            (account, name) -> {
              throw new IllegalStateException("store is broken");
            },
            vertx,
            System::nanoTime);
    drivers.add(driver);

    assertTrue(
        String.valueOf(refusal(driver.probe(node())).getMessage()).contains("store is broken"));
  }

  @Test
  void aCutLinkDoesNotInterruptACommand() throws IOException {
    Node node = node();
    String wait = "while [ ! -f \"$1/go\" ]; do sleep 0.02; done; echo done";
    get(driver().run(node, new NodeCommand("long", shell(wait, root.toString()))));

    host.dropConnections();
    Await.until(LIMIT, "cut", () -> host.connections() == 0);

    Await.until(LIMIT, "linked again", () -> phase(node, "long") == RunState.Phase.RUNNING);
    Files.createFile(root.resolve("go"));
    assertEquals("done\n", ended(node, "long").output());
  }

  private RunState.Phase phase(Node node, String id) {
    try {
      return get(driver().runState(node, id)).phase();
    } catch (NodeException broken) {
      assertEquals(NodeException.Kind.UNREACHABLE, broken.kind(), broken.getMessage());
      return RunState.Phase.ABSENT;
    }
  }

  @Test
  void aCommandThatAPowerFailureEndedIsLostAndNotBegunAgain() throws IOException {
    Node node = node();
    NodeCommand command =
        new NodeCommand("cut", shell("echo x >>\"$1/ran\"; exec sleep 60", root.toString()));
    get(driver().run(node, command));
    Await.until(LIMIT, "begun", () -> lines("ran") == 1);

    host.powerFailure();
    Await.until(LIMIT, "lost", () -> phase(node, "cut") == RunState.Phase.LOST);

    assertEquals(RunState.Phase.LOST, get(driver().run(node, command)).phase());
    assertEquals(1, lines("ran"));
  }

  @Test
  void aUnitThatSystemdWouldKillIsNotStopped() {
    Node node = node();
    host.stopTimeout("1min 30s");
    get(driver().start(node));
    awaitStarted();

    NodeException refusal = refusal(driver().stop(node));

    assertEquals(
        "node-1 is not stopped: systemd would kill it after 1min 30s;"
            + " set TimeoutStopSec=infinity in unit logstash",
        refusal.getMessage());
    assertEquals(NodeException.Kind.REFUSED, refusal.kind());
    assertTrue(get(driver().probe(node)).up());
    assertFalse(host.commands().contains("systemctl stop --no-block logstash"));
  }

  @Test
  void aUnitThatIsNotThereIsSaidSo() {
    Node node = with(node(), "unit", "other");

    ProcessState state = get(driver().probe(node));

    assertEquals(new ProcessState(false, null, "unit other is not there"), state);
    assertEquals(NodeException.Kind.REFUSED, refusal(driver().start(node)).kind());
  }

  @Test
  void theApiIsReachedThroughTheConnectionAndNothingElseIs() throws IOException {
    try (ApiStandIn api = ApiStandIn.plain()) {
      Node node = at(node(), api.endpoint());

      get(driver().get(node, "/"));
      get(driver().get(node, "/_node"));

      String address = api.endpoint().substring("http://".length());
      assertEquals(List.of(address, address), host.forwarded());
      assertEquals(1, host.connections());
    }
  }

  @Test
  void anIdleConnectionIsClosedAndABrokenOneReplaced() {
    AtomicLong now = new AtomicLong();
    SshLinks links =
        new SshLinks(new NodeCredentials(DriverFixture.holding(host.credential())), now::get, 1);
    Node node = node();
    try {
      get(links.with(node, (link, settings) -> link.open()));
      links.closeIdle();
      assertEquals(1, host.connections());

      now.addAndGet(TimeUnit.SECONDS.toNanos(SshLinks.IDLE_SECONDS));
      links.closeIdle();
      Await.until(LIMIT, "closed", () -> host.connections() == 0);

      assertEquals(true, get(links.with(node, (link, settings) -> link.open())));
      Node another = with(node, "unit", "other");
      assertEquals(true, get(links.with(another, (link, settings) -> link.open())));
      Await.until(LIMIT, "room made", () -> host.connections() == 1);
    } finally {
      links.close();
    }
  }

  @Test
  void aHostThatIsAwayIsUnreachable() {
    Node node = node();
    host.close();

    NodeException away = refusal(driver().probe(node));

    assertEquals(NodeException.Kind.UNREACHABLE, away.kind(), away.getMessage());
  }

  @Test
  void aSettingThatCannotBeUsedIsNamed() {
    Map<String, Object> wrong =
        Map.of("port", 0, "hostKey", "ssh-rsa nonsense", "unit", "a b", "sudo", "yes", "home", "x");

    wrong.forEach(
        (setting, value) ->
            assertEquals(
                "node-1 has no usable setting " + setting,
                refusal(driver().probe(with(node(), setting, value))).getMessage()));
  }
}
