package io.holdpoint.worker;

import static io.holdpoint.task.Change.Settings.JVM_OPTIONS;
import static io.holdpoint.task.Change.Settings.LOGSTASH_YML;

import io.holdpoint.driver.Wanted;
import io.holdpoint.task.Change.Settings;
import io.holdpoint.worker.NodeRecord.FileChange;
import io.holdpoint.worker.NodeRecord.Loading;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings files: both are read at start only, so the node restarts. */
final class SettingsRecipe {
  private final NodeAccess node;
  private final Staging staging;

  SettingsRecipe(NodeAccess node, Staging staging) {
    this.node = node;
    this.staging = staging;
  }

  Future<NodeRecord> record(Settings change) {
    return texts(change)
        .compose(
            texts ->
                stageAll(texts)
                    .compose(
                        files -> {
                          NodeRecord record =
                              NodeRecord.ofFiles(files, Loading.RESTART, Wanted.RESTARTED);
                          return record.changesNothing()
                              ? Future.succeededFuture(record)
                              : staging.tryOut(node.layout().home(), texts).map(record);
                        }));
  }

  private Future<Map<String, String>> texts(Settings change) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (change.files().containsKey(JVM_OPTIONS)) {
      texts.put(JVM_OPTIONS, change.files().get(JVM_OPTIONS));
    }
    String whole = change.files().get(LOGSTASH_YML);
    if (whole == null && change.values().isEmpty()) {
      return Future.succeededFuture(texts);
    }
    return node.read(staging.settingsFile(LOGSTASH_YML))
        .compose(
            present -> {
              try {
                String base = whole == null ? present.text() : whole;
                texts.put(LOGSTASH_YML, LogstashYml.with(base, change.values()));
                return Future.succeededFuture(texts);
              } catch (IllegalArgumentException nested) {
                return GoodWait.end(
                    StepEnd.Kind.NEEDS_HUMAN,
                    node.id()
                        + " holds "
                        + nested.getMessage()
                        + " in nested form; give the whole logstash.yml instead");
              }
            });
  }

  private Future<List<FileChange>> stageAll(Map<String, String> texts) {
    Future<List<FileChange>> staged = Future.succeededFuture(new ArrayList<>());
    for (var text : texts.entrySet()) {
      staged =
          staged.compose(
              files ->
                  staging
                      .stage(staging.settingsFile(text.getKey()), text.getValue())
                      .map(
                          file -> {
                            files.add(file);
                            return files;
                          }));
    }
    return staged;
  }
}
