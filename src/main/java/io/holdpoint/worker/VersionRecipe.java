package io.holdpoint.worker;

import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.RunState;
import io.holdpoint.driver.Wanted;
import io.holdpoint.task.Change.Plugin;
import io.holdpoint.task.Change.Version;
import io.holdpoint.worker.NodeRecord.LinkChange;
import io.holdpoint.worker.NodeRecord.Loading;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Another version beside the present one: unpacked, given the plug-ins that users installed in the
 * old one (an upgrade would silently drop them), tried with the present configuration, and taken by
 * one switch of a symbolic link and a restart.
 */
final class VersionRecipe {
  private static final Pattern LISTED = Pattern.compile("^\\s*(\\S+) \\(([^)]*)\\)\\s*$");

  private final NodeAccess node;
  private final Staging staging;
  private final NodeCommands commands;

  VersionRecipe(NodeAccess node, Staging staging, NodeCommands commands) {
    this.node = node;
    this.staging = staging;
    this.commands = commands;
  }

  Future<NodeRecord> record(Version change, NodeView baseline) {
    String link = node.layout().home();
    String home = node.layout().versions() + "/logstash-" + change.version();
    return node.readLink(link)
        .compose(
            present -> {
              if (present == null) {
                return GoodWait.end(
                    StepEnd.Kind.NEEDS_HUMAN,
                    node.id()
                        + ": "
                        + link
                        + " is no symbolic link; versions side by side need one");
              }
              NodeRecord record =
                  new NodeRecord(
                      List.of(),
                      new LinkChange(link, present, home),
                      List.of(),
                      List.of(),
                      Loading.RESTART,
                      wanted(change, baseline),
                      List.of());
              return record.changesNothing()
                  ? Future.succeededFuture(record)
                  : unpack(change, home)
                      .compose(unpacked -> carryPlugins(home, baseline))
                      .compose(carried -> staging.tryOut(home, Map.of()))
                      .map(record);
            });
  }

  /** The plug-ins' own versions may move with Logstash's; that they are there must not. */
  private static Wanted wanted(Version change, NodeView baseline) {
    Map<String, String> plugins =
        baseline.plugins().keySet().stream().collect(Collectors.toMap(name -> name, name -> ""));
    return new Wanted(
        true, change.version(), Set.of(), Set.of(), Set.of(), Set.of(), plugins, Set.of());
  }

  private Future<Void> unpack(Version change, String home) {
    String versions = node.layout().versions();
    return node.read(home + "/Gemfile")
        .compose(
            there ->
                there.exists() && !node.run().checkpoint().getBoolean("unpacking", false)
                    ? Future.succeededFuture()
                    : unpackAnew(change, versions));
  }

  /** Noted before it begins: a home that was left half unpacked is not taken for a whole one. */
  private Future<Void> unpackAnew(Version change, String versions) {
    node.run().checkpoint().put("unpacking", true);
    return node.run()
        .save()
        .compose(
            noted ->
                commands.run("unpack", List.of("tar", "-xzf", change.archive(), "-C", versions)))
        .compose(
            state ->
                state.succeeded()
                    ? Future.succeededFuture()
                    : needsHuman("the archive cannot be unpacked", state));
  }

  private Future<Void> carryPlugins(String home, NodeView baseline) {
    String tool = home + "/bin/logstash-plugin";
    return commands
        .run("plugins", List.of(tool, "list", "--verbose"))
        .compose(
            state -> {
              if (!state.succeeded()) {
                return needsHuman("the plug-ins of the new version cannot be listed", state);
              }
              Set<String> bundled = names(state.output());
              List<Plugin> missing = new ArrayList<>();
              baseline
                  .plugins()
                  .forEach(
                      (name, version) -> {
                        if (!bundled.contains(name)) {
                          missing.add(new Plugin(name, version, null));
                        }
                      });
              return install(home, missing, 0);
            });
  }

  private Future<Void> install(String home, List<Plugin> missing, int from) {
    if (from == missing.size()) {
      return Future.succeededFuture();
    }
    Plugin plugin = missing.get(from);
    return node.run()
        .settling(
            "installing the plug-in " + plugin.name() + " into the new version",
            () -> commands.run("carry-" + from, PluginsRecipe.installing(home, plugin)))
        .compose(
            state ->
                state.succeeded()
                    ? node.run().safePoint().compose(safe -> install(home, missing, from + 1))
                    : needsHuman(
                        "the plug-in " + plugin.name() + " does not go into the new version",
                        state));
  }

  private Future<Void> needsHuman(String what, RunState state) {
    return GoodWait.end(
        StepEnd.Kind.NEEDS_HUMAN, node.id() + ": " + what + ": " + Staging.lastLine(state));
  }

  private static Set<String> names(String listed) {
    return listed
        .lines()
        .map(LISTED::matcher)
        .filter(matcher -> matcher.matches())
        .map(matcher -> matcher.group(1))
        .collect(Collectors.toSet());
  }
}
