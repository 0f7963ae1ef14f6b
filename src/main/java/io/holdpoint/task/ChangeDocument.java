package io.holdpoint.task;

import io.holdpoint.task.Change.Pipeline;
import io.holdpoint.task.Change.Pipelines;
import io.holdpoint.task.Change.Plugin;
import io.holdpoint.task.Change.Plugins;
import io.holdpoint.task.Change.Restart;
import io.holdpoint.task.Change.Settings;
import io.holdpoint.task.Change.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Change} as JSON objects are held in Java: the body that asks for it, and what is kept
 * with its task. Reading checks what relates members to each other; the contract has checked their
 * types.
 */
public final class ChangeDocument {
  private static final String NAME = "[A-Za-z0-9._-]{1,128}";
  private static final String PATH = "/[A-Za-z0-9._+@/-]{1,1000}";

  private ChangeDocument() {}

  /**
   * @throws IllegalArgumentException whose message is the name of the member that is wrong
   */
  public static Change read(Map<String, Object> document) {
    Rollout rollout = rollout(document);
    return switch (Term.parse(ChangeKind.class, text(document, "kind"))) {
      case RESTART -> new Restart(rollout);
      case SETTINGS -> settings(rollout, document);
      case PIPELINES -> pipelines(rollout, document);
      case PLUGINS -> plugins(rollout, document);
      case VERSION ->
          new Version(
              rollout,
              matching("version", text(document, "version"), "[0-9]+(\\.[0-9A-Za-z-]+){1,4}"),
              matching("archive", text(document, "archive"), PATH));
    };
  }

  public static Map<String, Object> write(Change change) {
    Map<String, Object> document = new LinkedHashMap<>();
    Rollout rollout = change.rollout();
    document.put("kind", change.kind().text());
    document.put("nodes", rollout.nodes());
    document.put("maxUnavailable", rollout.maxUnavailable());
    if (rollout.batchPercent() != null) {
      document.put("batchPercent", rollout.batchPercent());
    }
    document.put("failureBudget", rollout.failureBudget());
    document.put("soakMillis", rollout.soakMillis());
    document.put("trafficMillis", rollout.trafficMillis());
    document.put("allowDegraded", rollout.allowDegraded());
    if (change instanceof Settings settings) {
      document.put("values", settings.values());
      document.put("files", settings.files());
    } else if (change instanceof Pipelines pipelines) {
      document.put("put", pipelines.put().stream().map(ChangeDocument::write).toList());
      document.put("remove", pipelines.remove());
    } else if (change instanceof Plugins plugins) {
      document.put("install", plugins.install().stream().map(ChangeDocument::write).toList());
      document.put("remove", plugins.remove());
    } else if (change instanceof Version version) {
      document.put("version", version.version());
      document.put("archive", version.archive());
    }
    return document;
  }

  private static Map<String, Object> write(Pipeline pipeline) {
    return Map.of(
        "id", pipeline.id(), "config", pipeline.config(), "settings", pipeline.settings());
  }

  private static Map<String, Object> write(Plugin plugin) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", plugin.name());
    if (plugin.version() != null) {
      document.put("version", plugin.version());
    }
    if (plugin.pack() != null) {
      document.put("pack", plugin.pack());
    }
    return document;
  }

  private static Rollout rollout(Map<String, Object> document) {
    return new Rollout(
        texts(document, "nodes"),
        (int) number(document, "maxUnavailable", 1),
        document.get("batchPercent") instanceof Number percent ? percent.doubleValue() : null,
        (int) number(document, "failureBudget", 0),
        number(document, "soakMillis", 0),
        number(document, "trafficMillis", 0),
        Boolean.TRUE.equals(document.get("allowDegraded")));
  }

  private static Settings settings(Rollout rollout, Map<String, Object> document) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    map(document, "values")
        .forEach(
            (key, value) ->
                values.put(
                    matching("values", key, "[a-z0-9_.]{1,128}"),
                    value == null ? null : line("values", String.valueOf(value))));
    Map<String, String> files = new LinkedHashMap<>();
    map(document, "files")
        .forEach(
            (name, text) ->
                files.put(
                    matching("files", name, "logstash\\.yml|jvm\\.options"), String.valueOf(text)));
    require("values", !values.isEmpty() || !files.isEmpty());
    return new Settings(rollout, values, files);
  }

  private static Pipelines pipelines(Rollout rollout, Map<String, Object> document) {
    List<Pipeline> put = new ArrayList<>();
    for (Map<String, Object> entry : maps(document, "put")) {
      put.add(
          new Pipeline(
              matching("put", text(entry, "id"), NAME),
              text(entry, "config"),
              map(entry, "settings")));
    }
    List<String> remove = names(document, "remove");
    List<String> all = new ArrayList<>(remove);
    put.forEach(pipeline -> all.add(pipeline.id()));
    require("put", !all.isEmpty() && all.stream().distinct().count() == all.size());
    return new Pipelines(rollout, put, remove);
  }

  private static Plugins plugins(Rollout rollout, Map<String, Object> document) {
    List<Plugin> install = new ArrayList<>();
    for (Map<String, Object> entry : maps(document, "install")) {
      String version = (String) entry.get("version");
      String pack = (String) entry.get("pack");
      install.add(
          new Plugin(
              matching("install", text(entry, "name"), NAME),
              version == null ? null : matching("install", version, NAME),
              pack == null ? null : matching("install", pack, PATH)));
    }
    List<String> remove = names(document, "remove");
    List<String> all = new ArrayList<>(remove);
    install.forEach(plugin -> all.add(plugin.name()));
    require("install", !all.isEmpty() && all.stream().distinct().count() == all.size());
    return new Plugins(rollout, install, remove);
  }

  private static List<String> names(Map<String, Object> document, String member) {
    List<String> names = texts(document, member);
    names.forEach(name -> matching(member, name, NAME));
    return names;
  }

  private static String matching(String member, String value, String pattern) {
    require(member, value.matches(pattern) && !value.contains("/../"));
    return value;
  }

  private static String line(String member, String value) {
    require(member, value.length() <= 1_000 && value.chars().allMatch(c -> c >= ' '));
    return value;
  }

  private static void require(String member, boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException(member);
    }
  }

  private static String text(Map<String, Object> document, String member) {
    if (document.get(member) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(member);
  }

  private static long number(Map<String, Object> document, String member, long otherwise) {
    return document.get(member) instanceof Number number ? number.longValue() : otherwise;
  }

  private static List<String> texts(Map<String, Object> document, String member) {
    return document.get(member) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static List<Map<String, Object>> maps(Map<String, Object> document, String member) {
    List<Map<String, Object>> maps = new ArrayList<>();
    if (document.get(member) instanceof List<?> list) {
      list.forEach(entry -> maps.add(copy(entry)));
    }
    return maps;
  }

  private static Map<String, Object> map(Map<String, Object> document, String member) {
    return document.get(member) == null ? Map.of() : copy(document.get(member));
  }

  private static Map<String, Object> copy(@Nullable Object value) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
    }
    return copy;
  }
}
