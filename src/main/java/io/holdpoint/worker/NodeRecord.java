package io.holdpoint.worker;

import io.holdpoint.driver.Wanted;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change does to one node, worked out while it was prepared and kept with it: applying and
 * reverting only follow it, forward or back, whatever kind of change it is.
 *
 * @param link the symbolic link to switch; null when the change has none
 * @param commands what must not be cut, in order
 * @param guards files to put back when such a command was killed in its midst
 * @param wanted what the node must show afterwards
 * @param validation the command that tries the new configuration after the commands, before it is
 *     loaded; empty when it was tried already
 */
record NodeRecord(
    List<FileChange> files,
    @Nullable LinkChange link,
    List<CommandChange> commands,
    List<Guard> guards,
    Loading loading,
    Wanted wanted,
    List<String> validation) {

  /** How what is on disk gets into the process. */
  enum Loading {
    RESTART,
    /** The node looks at its files by itself. */
    AUTO_RELOAD,
    SIGNAL_RELOAD
  }

  /**
   * One file.
   *
   * @param oldHash null when there was none
   * @param staged the new content under its temporary name
   * @param backup a copy of the old content; null when there was none
   */
  record FileChange(
      String target,
      @Nullable String oldHash,
      String newHash,
      String staged,
      @Nullable String backup) {
    boolean differs() {
      return !newHash.equals(oldHash);
    }
  }

  /** One symbolic link, from one target to another. */
  record LinkChange(String link, String oldTarget, String newTarget) {}

  /**
   * A command that changes the node.
   *
   * @param name tells it apart: letters, digits and dashes
   * @param why is shown while it runs
   * @param back takes it back
   */
  record CommandChange(String name, String why, List<String> forward, List<String> back) {}

  /** A file that a command changes by itself, and the copy of it. */
  record Guard(String target, String backup) {}

  NodeRecord {
    files = List.copyOf(files);
    commands = List.copyOf(commands);
    guards = List.copyOf(guards);
    validation = List.copyOf(validation);
  }

  /** A node that is as the change wants it already is not touched. */
  boolean changesNothing() {
    return files.stream().noneMatch(FileChange::differs)
        && (link == null || link.oldTarget().equals(link.newTarget()))
        && commands.isEmpty();
  }

  /** The shape of a change that consists of files only. */
  static NodeRecord ofFiles(List<FileChange> files, Loading loading, Wanted wanted) {
    return new NodeRecord(files, null, List.of(), List.of(), loading, wanted, List.of());
  }

  JsonObject document() {
    return JsonObject.mapFrom(this);
  }

  static NodeRecord read(JsonObject document) {
    return document.mapTo(NodeRecord.class);
  }
}
