package io.holdpoint.worker;

import io.holdpoint.task.Checkpoint;
import io.holdpoint.task.Decision;
import io.holdpoint.worker.NodeRecord.FileChange;
import io.holdpoint.worker.NodeRecord.LinkChange;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a change are found on a node: as before the change, as after it, or neither,
 * which a human must explain before anything is written over.
 *
 * @param files by target
 */
record Disk(Map<String, Where> files, Where link) {
  /** Hashes that a human took for the state before, by target. */
  private static final String ACCEPTED = "accepted";

  /** Where a file stands between the two states. */
  enum Where {
    OLD,
    NEW,
    /** Both are the same: there is nothing to do. */
    SAME
  }

  boolean has(Where where) {
    return link == where || files.containsValue(where);
  }

  /** Looks, and ends the step with both hashes when something is neither old nor new. */
  static Future<Disk> look(NodeAccess node, NodeRecord record) {
    Future<Map<String, Where>> files = Future.succeededFuture(new LinkedHashMap<>());
    for (FileChange file : record.files()) {
      files =
          files.compose(
              found ->
                  where(node, file)
                      .map(
                          where -> {
                            found.put(file.target(), where);
                            return found;
                          }));
    }
    return files.compose(found -> link(node, record.link()).map(link -> new Disk(found, link)));
  }

  private static Future<Where> where(NodeAccess node, FileChange file) {
    return node.read(file.target())
        .compose(
            state -> {
              String hash = state.hash();
              if (!file.differs()) {
                return same(node, file, hash);
              }
              if (file.newHash().equals(hash)) {
                return Future.succeededFuture(Where.NEW);
              }
              boolean old = hash == null ? file.oldHash() == null : hash.equals(file.oldHash());
              return old || accepted(node, file.target(), hash)
                  ? Future.succeededFuture(Where.OLD)
                  : drift(node, file.target(), hash, file.oldHash(), file.newHash());
            });
  }

  private static Future<Where> same(NodeAccess node, FileChange file, @Nullable String hash) {
    return file.newHash().equals(hash)
        ? Future.succeededFuture(Where.SAME)
        : drift(node, file.target(), hash, file.oldHash(), file.newHash());
  }

  private static Future<Where> link(NodeAccess node, @Nullable LinkChange change) {
    if (change == null) {
      return Future.succeededFuture(Where.SAME);
    }
    return node.readLink(change.link())
        .compose(
            target -> {
              if (change.newTarget().equals(target)) {
                return Future.succeededFuture(
                    change.oldTarget().equals(target) ? Where.SAME : Where.NEW);
              }
              return change.oldTarget().equals(target) || accepted(node, change.link(), target)
                  ? Future.succeededFuture(Where.OLD)
                  : drift(node, change.link(), target, change.oldTarget(), change.newTarget());
            });
  }

  private static boolean accepted(NodeAccess node, String path, @Nullable String found) {
    JsonObject checkpoint = node.run().checkpoint();
    JsonObject accepted = checkpoint.getJsonObject(ACCEPTED, new JsonObject());
    String shown = String.valueOf(found);
    if (shown.equals(accepted.getString(path))) {
      return true;
    }
    if (node.run().claim().decision() == Decision.ACCEPT_DRIFT) {
      checkpoint.put(ACCEPTED, accepted.put(path, shown));
      return true;
    }
    return false;
  }

  private static <T> Future<T> drift(
      NodeAccess node, String path, @Nullable String found, @Nullable String old, String wanted) {
    node.run().checkpoint().put(Checkpoint.FOUND, "drifted");
    return GoodWait.end(
        StepEnd.Kind.DRIFT,
        node.id()
            + " has drifted: "
            + path
            + " is "
            + found
            + ", expected "
            + old
            + " (before) or "
            + wanted
            + " (after); decide accept-drift, or put it right and resume");
  }
}
