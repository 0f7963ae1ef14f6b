package io.holdpoint.cli;

import io.holdpoint.AccessKeys;
import io.holdpoint.auth.AccessKey;
import io.holdpoint.store.AccessKeyRegister;
import io.holdpoint.store.AccessKeyRegister.Added;
import io.holdpoint.store.AccessKeyRegister.Rights;
import io.holdpoint.store.AccessKeyStore;
import io.holdpoint.store.StoredAccessKey;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Manages access keys in the configured database, beside a service that runs or without one. */
@Command(
    name = "keys",
    description =
        "Adds, lists and changes access keys, also while a service runs on the same database.",
    synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Runnable {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}";
  private static final String ID = "ID";

  @ParentCommand private HoldpointCommand parent;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw refused("which of its commands?");
  }

  @Command(
      description = "Adds a key for a user and prints its secret, which nobody can show again.")
  void add(
      @Option(
              names = "--account",
              paramLabel = "ACCOUNT",
              defaultValue = "default",
              description = "The tenant, added if it does not exist. Default: ${DEFAULT-VALUE}.")
          String account,
      @Option(
              names = "--user",
              paramLabel = "NAME",
              required = true,
              description = "Whose key it is; named in the history and the audit trail.")
          String user,
      @Mixin KeyRights rights,
      @Option(names = "--json", description = "For scripts.") boolean json) {
    requireName("--account", account);
    requireName("--user", user);
    Rights checked = read(rights);
    Added added = run(register -> register.add(account, user, checked));
    if (json) {
      parent
          .out()
          .println(
              KeysDocument.withSecret(added.key())
                  .put("accountAdded", added.newAccount())
                  .encode());
      return;
    }
    if (added.newAccount()) {
      parent.out().println("Account " + account + " did not exist and was added.");
    }
    printWithSecret(added.key());
  }

  @Command(description = "Lists the keys, without their secrets.")
  void list(
      @Option(names = "--account", paramLabel = "ACCOUNT", description = "Only of this one.")
          @Nullable String account,
      @Option(names = "--json", description = "For scripts.") boolean json) {
    List<StoredAccessKey> keys = run(register -> register.list(account));
    if (json) {
      parent.out().println(KeysDocument.list(keys).encode());
      return;
    }
    keys.forEach(key -> parent.out().println(KeysDocument.line(key)));
  }

  @Command(description = "Disables a key: within seconds it is refused on every node.")
  void disable(@Parameters(paramLabel = ID) String keyId) {
    boolean changed = change(keyId, register -> register.setActive(keyId, false));
    parent
        .out()
        .println(
            keyId
                + (changed
                    ? " is disabled; every node refuses it within "
                        + AccessKeyStore.OLDEST.toSeconds()
                        + " s"
                    : " was disabled already"));
  }

  @Command(description = "Enables a key that was disabled.")
  void enable(@Parameters(paramLabel = ID) String keyId) {
    boolean changed = change(keyId, register -> register.setActive(keyId, true));
    parent.out().println(keyId + (changed ? " is enabled" : " was enabled already"));
  }

  @Command(
      description = {
        "Adds a second key for the same user with the same rights; both work, until the first is",
        "disabled."
      })
  void rotate(
      @Parameters(paramLabel = ID) String keyId,
      @Option(names = "--json", description = "For scripts.") boolean json) {
    AccessKey key = change(keyId, register -> register.rotate(keyId));
    if (json) {
      parent.out().println(KeysDocument.withSecret(key).encode());
      return;
    }
    printWithSecret(key);
    parent.out().println("Both keys work now. When every client uses the new one:");
    parent.out().println("  holdpoint keys disable " + keyId);
    parent.out().println("and when nobody misses the old one:");
    parent.out().println("  holdpoint keys remove " + keyId);
  }

  @Command(
      name = "set-policy",
      description = "Replaces what a key may do, roles and policy together.")
  void setPolicy(@Parameters(paramLabel = ID) String keyId, @Mixin KeyRights rights) {
    Rights checked = read(rights);
    boolean changed = change(keyId, register -> register.setRights(keyId, checked));
    parent.out().println(keyId + (changed ? " has its new rights" : " was left as it is"));
  }

  @Command(description = "Removes a disabled key for good.")
  void remove(@Parameters(paramLabel = ID) String keyId) {
    boolean changed = change(keyId, register -> register.remove(keyId));
    parent.out().println(keyId + (changed ? " is removed" : " was removed already"));
  }

  private void printWithSecret(AccessKey key) {
    KeysDocument.linesWithSecret(key).forEach(parent.out()::println);
  }

  private <T> T change(String keyId, Function<AccessKeyRegister, Future<T>> work) {
    if (!AccessKey.isId(keyId)) {
      throw refused("an access key's id is 1 to 64 of A-Z, a-z, 0-9, . _ -");
    }
    return run(work);
  }

  private <T> T run(Function<AccessKeyRegister, Future<T>> work) {
    if (System.getenv("HOLDPOINT_LOG_LEVEL") == null) {
      // Before the first logger: what is printed is to be read, not the log.
      System.setProperty("HOLDPOINT_LOG_LEVEL", "WARN");
    }
    try (AccessKeys keys = AccessKeys.open(parent.config(Map.of()))) {
      return keys.run(work);
    }
  }

  private Rights read(KeyRights rights) {
    try {
      return rights.read();
    } catch (IllegalArgumentException wrong) {
      throw refused(String.valueOf(wrong.getMessage()));
    }
  }

  private void requireName(String option, String name) {
    if (!name.matches(NAME)) {
      throw refused(
          option + ": allowed: a letter or digit, then at most 63 of A-Z, a-z, 0-9, . _ @ -");
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
