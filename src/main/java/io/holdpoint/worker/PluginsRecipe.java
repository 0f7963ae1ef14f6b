package io.holdpoint.worker;

import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.Wanted;
import io.holdpoint.task.Change.Plugin;
import io.holdpoint.task.Change.Plugins;
import io.holdpoint.worker.NodeRecord.CommandChange;
import io.holdpoint.worker.NodeRecord.Guard;
import io.holdpoint.worker.NodeRecord.Loading;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plug-ins: each is one command that must not be cut, because a kill in its midst leaves a broken
 * Gemfile and a node that cannot start.
 */
final class PluginsRecipe {
  private final NodeAccess node;
  private final Staging staging;

  PluginsRecipe(NodeAccess node, Staging staging) {
    this.node = node;
    this.staging = staging;
  }

  Future<NodeRecord> record(Plugins change, NodeView baseline) {
    String home = node.layout().home();
    List<CommandChange> commands = new ArrayList<>();
    Map<String, String> wanted = new HashMap<>();
    Set<String> gone = new HashSet<>();
    for (Plugin plugin : change.install()) {
      String present = baseline.plugins().get(plugin.name());
      boolean there =
          present != null && (plugin.version() == null || plugin.version().equals(present));
      if (!there) {
        wanted.put(plugin.name(), plugin.version() == null ? "" : plugin.version());
        commands.add(install(commands.size(), home, plugin, present));
      }
    }
    for (String name : change.remove()) {
      String present = baseline.plugins().get(name);
      if (present != null) {
        gone.add(name);
        commands.add(remove(commands.size(), home, name, present));
      }
    }
    Wanted afterwards =
        new Wanted(true, null, Set.of(), Set.of(), Set.of(), Set.of(), wanted, gone);
    return guards(home)
        .map(
            guards ->
                new NodeRecord(
                    List.of(),
                    null,
                    commands,
                    guards,
                    Loading.RESTART,
                    afterwards,
                    commands.isEmpty() ? List.of() : staging.trialOfOwnSettings(home)));
  }

  private Future<List<Guard>> guards(String home) {
    List<Guard> guards = new ArrayList<>();
    Future<List<Guard>> all = Future.succeededFuture(guards);
    for (String name : List.of("Gemfile", "Gemfile.lock")) {
      String target = home + "/" + name;
      all =
          all.compose(
              some ->
                  staging
                      .backup(target)
                      .map(
                          kept -> {
                            if (kept.path() != null) {
                              some.add(new Guard(target, kept.path()));
                            }
                            return some;
                          }));
    }
    return all;
  }

  private static CommandChange install(
      int number, String home, Plugin plugin, @Nullable String present) {
    return new CommandChange(
        "plugin-" + number,
        "installing the plug-in " + plugin.name(),
        installing(home, plugin),
        present == null
            ? removing(home, plugin.name())
            : installing(home, new Plugin(plugin.name(), present, null)));
  }

  private static CommandChange remove(int number, String home, String name, String present) {
    return new CommandChange(
        "plugin-" + number,
        "removing the plug-in " + name,
        removing(home, name),
        installing(home, new Plugin(name, present, null)));
  }

  static List<String> installing(String home, Plugin plugin) {
    List<String> command = new ArrayList<>(List.of(home + "/bin/logstash-plugin", "install"));
    if (plugin.pack() != null) {
      command.add("file://" + plugin.pack());
      return command;
    }
    if (plugin.version() != null) {
      command.add("--version");
      command.add(plugin.version());
    }
    command.add(plugin.name());
    return command;
  }

  private static List<String> removing(String home, String name) {
    return List.of(home + "/bin/logstash-plugin", "remove", name);
  }
}
