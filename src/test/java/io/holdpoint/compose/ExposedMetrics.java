package io.holdpoint.compose;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one scrape of {@code /metrics} has, to hold PromQL against it: names, the labels that a
 * query groups by, and the values that it selects.
 */
final class ExposedMetrics {
  private static final Pattern WORD = Pattern.compile("[a-z_][a-z0-9_]*");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern LABELS = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Pattern SELECTOR = Pattern.compile("([a-z_][a-z0-9_]*)\\{([^}]*)}");
  private static final Pattern GROUPED = Pattern.compile("\\bby \\(([a-z_, ]+)\\)");
  private static final Set<String> LANGUAGE =
      Set.of("sum", "max", "min", "rate", "increase", "by", "s", "m", "h");

  /** What Prometheus adds to every sample, and its own metric. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up", "job", "instance");

  private final Map<String, List<Map<String, String>>> samples = new HashMap<>();

  ExposedMetrics(String text) {
    for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
      Matcher name = WORD.matcher(line);
      if (name.lookingAt()) {
        Map<String, String> labels = new HashMap<>();
        int end = line.lastIndexOf('}');
        Matcher each = LABELS.matcher(end < 0 ? "" : line.substring(0, end));
        while (each.find()) {
          labels.put(each.group(1), each.group(2));
        }
        samples.computeIfAbsent(name.group(), first -> new ArrayList<>()).add(labels);
      }
    }
  }

  /** What a query names and no sample has. */
  List<String> missing(String query) {
    List<String> missing = new ArrayList<>();
    String plain = query.replace("$__rate_interval", "5m");
    List<String> grouped = words(GROUPED.matcher(plain).results().map(by -> by.group(1)).toList());
    List<String> metrics =
        words(List.of(SELECTOR.matcher(QUOTED.matcher(plain).replaceAll("")).replaceAll("$1")))
            .stream()
            .filter(word -> !LANGUAGE.contains(word) && !OF_PROMETHEUS.contains(word))
            .filter(word -> !grouped.contains(word))
            .toList();
    for (String metric : metrics) {
      if (!samples.containsKey(metric)) {
        missing.add(metric);
      }
    }
    for (String label : grouped) {
      boolean had =
          metrics.stream()
              .flatMap(metric -> samples.getOrDefault(metric, List.of()).stream())
              .anyMatch(labels -> labels.containsKey(label));
      if (!had && !OF_PROMETHEUS.contains(label)) {
        missing.add("by " + label);
      }
    }
    for (MatchResult selector : SELECTOR.matcher(plain).results().toList()) {
      if (!OF_PROMETHEUS.contains(selector.group(1)) && !selects(selector)) {
        missing.add(selector.group());
      }
    }
    return missing;
  }

  private boolean selects(MatchResult selector) {
    Map<String, String> wanted = new HashMap<>();
    Matcher each = LABELS.matcher(selector.group(2));
    while (each.find()) {
      wanted.put(each.group(1), each.group(2));
    }
    return !wanted.isEmpty()
        && samples.getOrDefault(selector.group(1), List.of()).stream()
            .anyMatch(labels -> labels.entrySet().containsAll(wanted.entrySet()));
  }

  private static List<String> words(List<String> texts) {
    return texts.stream()
        .flatMap(text -> WORD.matcher(text).results())
        .map(MatchResult::group)
        .distinct()
        .toList();
  }
}
