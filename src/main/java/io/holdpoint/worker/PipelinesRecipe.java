package io.holdpoint.worker;

import static io.holdpoint.task.Change.Settings.LOGSTASH_YML;
import static io.holdpoint.worker.Staging.PIPELINES_YML;

import io.holdpoint.driver.FileState;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.Wanted;
import io.holdpoint.task.Change.Pipeline;
import io.holdpoint.task.Change.Pipelines;
import io.holdpoint.worker.NodeRecord.Loading;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pipelines: their texts are written under new names, which nobody reads yet; then one rename of
 * {@code pipelines.yml} brings all of them at once, so that no half set is ever loaded.
 */
final class PipelinesRecipe {
  private static final String AUTO_RELOAD = "config.reload.automatic";

  private final NodeAccess node;
  private final Staging staging;
  private final Set<String> changed = new HashSet<>();
  private final Set<String> reloaded = new HashSet<>();
  private final Set<String> added = new HashSet<>();
  private final Set<String> removed = new HashSet<>();

  PipelinesRecipe(NodeAccess node, Staging staging) {
    this.node = node;
    this.staging = staging;
  }

  Future<NodeRecord> record(Pipelines change, NodeView baseline) {
    return node.read(staging.settingsFile(PIPELINES_YML))
        .compose(
            file -> {
              PipelinesYml yml;
              try {
                yml = PipelinesYml.read(file.text());
              } catch (IllegalArgumentException unreadable) {
                return GoodWait.end(
                    StepEnd.Kind.NEEDS_HUMAN,
                    node.id() + ": pipelines.yml cannot be read: " + unreadable.getMessage());
              }
              for (String id : change.remove()) {
                if (yml.remove(id)) {
                  removed.add(id);
                }
              }
              Future<Void> put = Future.succeededFuture();
              for (Pipeline pipeline : change.put()) {
                put = put.compose(done -> put(yml, pipeline));
              }
              return put.compose(done -> finish(file, yml, baseline));
            });
  }

  private Future<Void> put(PipelinesYml yml, Pipeline pipeline) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put(PipelinesYml.ID, pipeline.id());
    entry.putAll(pipeline.settings());
    Map<String, Object> present = yml.entry(pipeline.id());
    return presentText(present)
        .compose(
            text -> {
              if (present != null && text.equals(pipeline.config())) {
                entry.put(PipelinesYml.PATH, present.get(PipelinesYml.PATH));
                if (!entry.equals(present)) {
                  yml.put(entry);
                  reloaded.add(pipeline.id());
                }
                return Future.succeededFuture();
              }
              (present == null ? added : changed).add(pipeline.id());
              String path = textPath(pipeline);
              entry.put(PipelinesYml.PATH, path);
              yml.put(entry);
              return node.write(path, pipeline.config());
            });
  }

  /** Named by its content: the text of a running pipeline is never written over. */
  private String textPath(Pipeline pipeline) {
    String hash = FileState.hash(pipeline.config().getBytes(StandardCharsets.UTF_8));
    return staging.settingsFile(
        "holdpoint.d/" + pipeline.id() + "-" + hash.substring(0, 12) + ".conf");
  }

  /** The text of a present pipeline, where it comes from one file; else nothing can be equal. */
  private Future<String> presentText(Map<String, Object> present) {
    Object path = present == null ? null : present.get(PipelinesYml.PATH);
    return path instanceof String file && file.matches("/[^*?\\[\\]{}]+")
        ? node.read(file).map(FileState::text)
        : Future.succeededFuture("");
  }

  private Future<NodeRecord> finish(FileState before, PipelinesYml yml, NodeView baseline) {
    boolean same = changed.isEmpty() && reloaded.isEmpty() && added.isEmpty() && removed.isEmpty();
    String text = same ? before.text() : yml.write();
    // What never came up cannot be told from before by its hash.
    changed.removeIf(id -> !baseline.pipelines().containsKey(id) && added.add(id));
    reloaded.removeIf(id -> !baseline.pipelines().containsKey(id) && added.add(id));
    removed.removeIf(id -> !baseline.pipelines().containsKey(id));
    Wanted wanted = new Wanted(false, null, changed, reloaded, added, removed, Map.of(), Set.of());
    return node.read(staging.settingsFile(LOGSTASH_YML))
        .compose(
            settings ->
                staging
                    .stage(staging.settingsFile(PIPELINES_YML), text)
                    .map(
                        file ->
                            NodeRecord.ofFiles(
                                List.of(file),
                                "true".equals(LogstashYml.value(settings.text(), AUTO_RELOAD))
                                    ? Loading.AUTO_RELOAD
                                    : Loading.SIGNAL_RELOAD,
                                wanted)))
        .compose(
            record ->
                same
                    ? Future.succeededFuture(record)
                    : staging
                        .tryOut(node.layout().home(), Map.of(PIPELINES_YML, text))
                        .map(record));
  }
}
