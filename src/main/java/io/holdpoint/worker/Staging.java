package io.holdpoint.worker;

import io.holdpoint.driver.FileState;
import io.holdpoint.driver.RunState;
import io.holdpoint.task.Change.Settings;
import io.holdpoint.worker.NodeRecord.FileChange;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the preparations of all kinds of change share: backups, staged files, the trial run. */
final class Staging {
  static final String PIPELINES_YML = "pipelines.yml";

  /** What a trial run is given beside the files under change, where it is there. */
  private static final List<String> SETTINGS_FILES =
      List.of(Settings.LOGSTASH_YML, Settings.JVM_OPTIONS, PIPELINES_YML, "log4j2.properties");

  private final NodeAccess node;
  private final NodeCommands commands;

  Staging(NodeAccess node, NodeCommands commands) {
    this.node = node;
    this.commands = commands;
  }

  String settingsFile(String name) {
    return node.layout().pathSettings() + "/" + name;
  }

  /** A node whose pipelines come from elsewhere does not listen to its files. */
  Future<Void> refuseCentralManagement() {
    return node.read(settingsFile(Settings.LOGSTASH_YML))
        .compose(
            file ->
                "true".equals(LogstashYml.value(file.text(), "xpack.management.enabled"))
                    ? GoodWait.end(
                        StepEnd.Kind.NEEDS_HUMAN,
                        node.id()
                            + " is centrally managed (xpack.management.enabled); change its"
                            + " pipelines there")
                    : Future.succeededFuture());
  }

  /** Keeps a copy of a file and stages its new content beside it. */
  Future<FileChange> stage(String target, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return backup(target)
        .compose(
            backup ->
                node.stage(target, bytes)
                    .map(
                        staged ->
                            new FileChange(
                                target,
                                backup.hash(),
                                Objects.requireNonNull(FileState.hash(bytes)),
                                staged,
                                backup.path())));
  }

  /**
   * A copy of a file as it is.
   *
   * @param path null when there is no such file
   */
  record Backup(@Nullable String path, @Nullable String hash) {}

  Future<Backup> backup(String target) {
    return node.read(target)
        .compose(
            file -> {
              if (file.content() == null) {
                return Future.succeededFuture(new Backup(null, null));
              }
              String path = backupPath(target, file);
              return node.write(path, file.content()).map(new Backup(path, file.hash()));
            });
  }

  /** Named by its content too, so that the copy of an earlier state is never written over. */
  String backupPath(String target, FileState file) {
    String name = target.substring(target.lastIndexOf('/') + 1);
    String hash = String.valueOf(file.hash());
    return node.workDirectory()
        + "/backup/"
        + node.id()
        + "-"
        + Integer.toHexString(target.hashCode())
        + "-"
        + hash.substring(0, 12)
        + "-"
        + name;
  }

  /**
   * Tries a configuration in a process of its own, with a data path of its own: beside a running
   * node with a persistent queue the node's own path is locked and anything counts as invalid.
   *
   * @param home of the version that tries it
   * @param changed new texts of settings files by their names
   */
  Future<Void> tryOut(String home, Map<String, String> changed) {
    String directory = trialDirectory();
    Future<Void> copied = Future.succeededFuture();
    for (String name : SETTINGS_FILES) {
      copied = copied.compose(done -> copy(directory, name, changed.get(name)));
    }
    return copied
        .compose(done -> commands.run("validate", trial(home)))
        .compose(this::requireValid);
  }

  private Future<Void> copy(String directory, String name, @Nullable String text) {
    if (text != null) {
      return node.write(directory + "/" + name, text);
    }
    return node.read(settingsFile(name))
        .compose(
            file ->
                file.content() == null
                    ? Future.succeededFuture()
                    : node.write(directory + "/" + name, file.content()));
  }

  private String trialDirectory() {
    return node.workDirectory() + "/validate/" + node.id();
  }

  /** The command of a trial run on the settings that {@link #tryOut} copied. */
  List<String> trial(String home) {
    return trial(home, trialDirectory());
  }

  /** The command of a trial run on the node's own settings. */
  List<String> trialOfOwnSettings(String home) {
    return trial(home, node.layout().pathSettings());
  }

  private List<String> trial(String home, String settings) {
    return List.of(
        home + "/bin/logstash",
        "--path.settings",
        settings,
        "--path.data",
        trialDirectory() + "/data",
        "--config.test_and_exit");
  }

  Future<Void> requireValid(RunState state) {
    return state.succeeded()
        ? Future.succeededFuture()
        : GoodWait.end(
            StepEnd.Kind.NEEDS_HUMAN,
            node.id() + ": the new configuration is not valid: " + lastLine(state));
  }

  static String lastLine(RunState state) {
    String last =
        state
            .output()
            .lines()
            .filter(line -> !line.isBlank())
            .reduce((before, after) -> after)
            .orElse("no output");
    return state.phase() == RunState.Phase.LOST
        ? "it was killed on the node; " + last
        : "exit code " + state.exitCode() + ", " + last;
  }
}
