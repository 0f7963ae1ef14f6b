package io.holdpoint.testkit;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that requests can bring about: the rows of instances, nodes, changes, tasks, their history
 * and credentials, as text. Two equal ones mean that nothing happened in between.
 */
public record Effects(List<Map<String, Object>> rows) {
  private static final String EVERYTHING =
      Stream.of("instances", "nodes", "changes", "tasks", "steps", "events", "credentials")
          .map(table -> "SELECT '" + table + "' AS what, t::text AS row FROM " + table + " AS t")
          .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1, 2"));

  public static Effects of(TestDatabase database) {
    return new Effects(database.rows(EVERYTHING));
  }
}
