package io.holdpoint.compose;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The dashboard and the alerts: what they ask Prometheus. */
final class Dashboard {
  private Dashboard() {}

  static JsonObject read() throws IOException {
    return new JsonObject(Files.readString(Path.of("conf/grafana/dashboards/holdpoint.json")));
  }

  /** Every query of both. */
  static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    for (Object panel : read().getJsonArray("panels")) {
      for (Object target : ((JsonObject) panel).getJsonArray("targets")) {
        queries.add(((JsonObject) target).getString("expr"));
      }
    }
    String alerts = Files.readString(Path.of("conf/prometheus/alerts.yml"));
    for (Object group : ComposeFile.of(alerts).document().getJsonArray("groups")) {
      JsonArray rules = ((JsonObject) group).getJsonArray("rules");
      rules.forEach(rule -> queries.add(((JsonObject) rule).getString("expr")));
    }
    return queries;
  }
}
