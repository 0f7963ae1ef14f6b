package io.holdpoint.testkit;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All that requests can bring about: the rows of instances, nodes, changes, tasks, their history,
 * credentials and webhooks, as text. Two equal ones mean that nothing happened in between.
 */
public record Effects(List<Map<String, Object>> rows) {
  private static final List<String> TABLES =
      List.of(
          "instances",
          "nodes",
          "changes",
          "tasks",
          "steps",
          "events",
          "credentials",
          "webhook_dead_letters",
          // How far a webhook is comes of no request.
          "(SELECT account_id, name, webhook_id, url, instance_id, kinds, sealed, updated_at"
              + " FROM webhooks)");

  public static Effects of(TestDatabase database) {
    return new Effects(database.rows(everything("true")));
  }

  /** The same of one account's rows. */
  public static Effects of(TestDatabase database, String account) {
    return new Effects(database.rows(everything("account_id = '" + account + "'")));
  }

  private static String everything(String where) {
    return TABLES.stream()
        .map(table -> "SELECT '" + table + "' AS what, t::text AS row FROM " + table + " AS t")
        .map(rows -> rows + " WHERE " + where)
        .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1, 2"));
  }
}
