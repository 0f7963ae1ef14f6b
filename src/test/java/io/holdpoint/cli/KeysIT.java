package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code holdpoint keys} on an outside database, while a service runs on it. */
@RunningService({
  "HOLDPOINT_SECRET_KEY=" + KeysIT.SEALING_KEY,
  "HOLDPOINT_ACCESS_KEY_ID=HPFIRST",
  "HOLDPOINT_ACCESS_KEY_SECRET=first-key-hush-hush"
})
class KeysIT {
  static final String SEALING_KEY = "key-1 q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";
  private static final Duration ENDED = Duration.ofSeconds(30);
  private static final String POLICY =
      "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"holdpoint:*\","
          + "\"Resource\":\"*\"}]}";

  @TempDir Path directory;
  private ServiceFixture service;
  private TestDatabase database;
  private Map<String, String> environment;

  @BeforeEach
  void prepare(ServiceFixture running, TestDatabase shared) {
    service = running;
    database = shared;
    environment = new HashMap<>();
    environment.put("HOLDPOINT_POSTGRES_URI", shared.runtimeUri());
    environment.put("HOLDPOINT_POSTGRES_OWNER_URI", shared.ownerUri());
    environment.put("HOLDPOINT_SECRET_KEY", SEALING_KEY);
  }

  @Test
  void aKeyLivesFromAddToRemove() throws IOException {
    Path policy = Files.writeString(directory.resolve("policy.json"), POLICY + "\n");
    JsonObject added =
        new JsonObject(
            one(
                "keys add --account tenant-a --user deploy --role brake-only --json --policy "
                    + policy));
    String id = added.getString("accessKeyId");
    String secret = added.getString("accessKeySecret");
    assertThat(added.getString("accountId")).isEqualTo("tenant-a");
    assertThat(added.getBoolean("accountAdded")).isTrue();
    assertThat(secret).matches("[A-Za-z0-9]{32}");
    AccessKey known = known(id).orElseThrow();
    assertThat(new String(known.secret(), StandardCharsets.US_ASCII)).isEqualTo(secret);
    assertThat(known.roles()).containsExactly("brake-only");
    assertThat(known.policy()).isEqualTo(POLICY);

    assertThat(one("keys list --account tenant-a"))
        .isEqualTo("tenant-a  deploy  " + id + "  active  brake-only,policy");
    JsonObject second = new JsonObject(one("keys rotate --json " + id));
    String secondId = second.getString("accessKeyId");
    assertThat(one("keys disable " + id))
        .isEqualTo(id + " is disabled; every node refuses it within 3 s");
    assertThat(one("keys disable " + id)).isEqualTo(id + " was disabled already");
    awaitKnown(id, "it is disabled", found -> !found.orElseThrow().active());
    assertThat(known(secondId).orElseThrow().active()).isTrue();
    assertThat(one("keys set-policy " + secondId + " --role operator --role read-only"))
        .isEqualTo(secondId + " has its new rights");
    awaitKnown(
        secondId,
        "it has its rights",
        found -> found.orElseThrow().roles().equals(List.of("operator", "read-only")));
    assertThat(one("keys remove " + id)).isEqualTo(id + " is removed");
    awaitKnown(id, "it is gone", Optional::isEmpty);

    String list = one("keys list --json --account tenant-a");
    assertThat(new JsonArray(list).getJsonObject(0).getString("accessKeyId")).isEqualTo(secondId);
    assertThat(list).doesNotContain(secret, second.getString("accessKeySecret"));
    assertThat(one("keys disable " + secondId)).contains("is disabled");
    assertThat(one("keys enable " + secondId)).isEqualTo(secondId + " is enabled");
    assertThat(
            database.text(
                "SELECT DISTINCT principal FROM audit_records WHERE account_id = 'tenant-a'"))
        .isEqualTo("local user " + System.getProperty("user.name"));
  }

  @Test
  void aPersonIsToldTheSecretOnceAndWhatToDoNext() {
    List<String> added = run("keys add --account tenant-b --user ann --role operator");
    assertThat(added).hasSize(5);
    assertThat(added.get(0)).isEqualTo("Account tenant-b did not exist and was added.");
    assertThat(added.get(1)).matches("access key id:     HP[A-Z2-7]{22}");
    assertThat(added.get(2)).matches("access key secret: [A-Za-z0-9]{32}");
    assertThat(added.get(3)).isEqualTo("of user ann in account tenant-b");
    String id = added.get(1).substring(19);

    List<String> rotated = run("keys rotate " + id);

    assertThat(rotated).contains("  holdpoint keys disable " + id, "  holdpoint keys remove " + id);
    assertThat(rotated.get(0)).doesNotContain(id);
  }

  @Test
  void aProcessSaysNothingBesideAndEnds() {
    try (ChildProcess child =
        ChildProcess.launch(environment, "keys", "list", "--account", "default")) {
      int code = child.exitCode(ENDED);
      assertThat(child.errorLines()).isEmpty();
      assertThat(child.log()).isEmpty();
      assertThat(child.out()).anyMatch(line -> line.contains("HPFIRST  active"));
      assertThat(code).isZero();
    }
    StartIT.assertRefused(environment, new String[] {"keys", "drop"}, "drop");
  }

  @Test
  void theFirstKeyOfTheServiceIsAnAdministrators() {
    AccessKey first = known("HPFIRST").orElseThrow();

    assertThat(first.accountId()).isEqualTo("default");
    assertThat(first.user()).isEqualTo("first-key");
    assertThat(first.roles()).containsExactly("administrator");
    assertThat(first.secret()).asString(StandardCharsets.US_ASCII).isEqualTo("first-key-hush-hush");
    assertThat(run("keys list --account default"))
        .anyMatch(line -> line.contains("HPFIRST  active"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keys | which of its commands",
        "keys drop | drop",
        "keys add --role operator | --user",
        "keys add --user u | give --role or --policy",
        "keys add --user u --role king | is no role; allowed: ",
        "keys add --user u --policy /nowhere/p.json | /nowhere/p.json cannot be read",
        "keys add --user u --role operator --account - | --account",
        "keys add --user ../x --role operator | --user",
        "keys disable | ID",
        "keys disable a/b | 1 to 64 of",
        "keys disable HPNOBODY | there is no access key HPNOBODY",
        "keys remove HPFIRST | disable it first",
        "keys set-policy HPFIRST | give --role or --policy"
      })
  void whatCannotBeDoneIsSaidInOneLine(String words, String why) {
    assertRefused(words, why);
    assertThat(known("HPFIRST").orElseThrow().active()).isTrue();
  }

  @Test
  void aPolicyThatIsNoneIsRefused() throws IOException {
    Path policy = Files.writeString(directory.resolve("policy.json"), "{\"Statement\":");

    assertRefused("keys add --user u --policy " + policy, policy.toString());
  }

  @Test
  void aPolicyIsReadBeforeItIsStored() throws IOException {
    Path policy =
        Files.writeString(
            directory.resolve("policy.json"),
            "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Maybe\",\"Action\":\"*\","
                + "\"Resource\":\"*\"}]}");

    assertRefused("keys add --user u --policy " + policy, "Statement[0].Effect");
  }

  @Test
  void withoutTheOwnersLoginAKeyIsAddedButNotChanged() {
    environment.remove("HOLDPOINT_POSTGRES_OWNER_URI");
    String id =
        new JsonObject(one("keys add --user u --role read-only --json")).getString("accessKeyId");

    assertRefused("keys disable " + id, "set HOLDPOINT_POSTGRES_OWNER_URI");
  }

  @Test
  void withoutSealingKeysNoneIsAddedButTheyAreListed() {
    environment.remove("HOLDPOINT_SECRET_KEY");

    assertRefused("keys add --user u --role read-only", "set HOLDPOINT_SECRET_KEY_FILE");
    assertThat(run("keys list")).anyMatch(line -> line.contains("HPFIRST"));
  }

  private String one(String words) {
    List<String> out = run(words);
    assertThat(out).hasSize(1);
    return out.get(0);
  }

  private List<String> run(String words) {
    CommandRun run = CommandRun.run(environment, words.split(" "));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.lines();
  }

  private void assertRefused(String words, String why) {
    CommandRun run = CommandRun.run(environment, words.split(" "));
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("holdpoint: ")
        .contains(why);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  private Optional<AccessKey> known(String id) {
    return service.service().keys().find(id).toCompletableFuture().join();
  }

  private void awaitKnown(
      String id, String what, java.util.function.Predicate<Optional<AccessKey>> there) {
    Await.until(
        Duration.ofSeconds(10),
        what,
        () -> {
          try {
            return there.test(known(id));
          } catch (CompletionException busy) {
            return false;
          }
        });
  }
}
