package io.holdpoint.api;

import io.holdpoint.task.Command.RestartOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of RestartLogstash that relate its parameters to each other, as the API's pages on
 * restarts and their estimate state them: a forced restart needs a batch over 0 and up to 100
 * percent, a normal one takes none, and restarting by node needs the nodes.
 */
final class RestartInput {
  private RestartInput() {}

  static RestartOptions read(ValidatedRequest request) {
    boolean force = request.getQuery().get("force").getBoolean(false);
    JsonObject body = request.getBody() == null ? null : request.getBody().getJsonObject();
    if (body == null) {
      body = new JsonObject();
    }
    Number batchCount = (Number) body.getValue("batchCount");
    double batch = batchCount == null ? 0 : batchCount.doubleValue();
    if (body.getString("restartType", "instance").equals("nodeIp")) {
      return new RestartOptions(addresses(body.getJsonArray("nodes")), false, null);
    }
    if (force && batch <= 0) {
      throw new ApiException(ApiError.RESTART_BATCH_VALUE);
    }
    if (!force && batch != 0) {
      throw new ApiException(ApiError.NORMAL_RESTART_BATCH);
    }
    return new RestartOptions(List.of(), force, force ? batch : null);
  }

  private static List<String> addresses(@Nullable JsonArray nodes) {
    if (nodes == null || nodes.isEmpty()) {
      throw new ApiException(ApiError.MISSING_PARAMETER, "nodes");
    }
    return nodes.stream().map(String::valueOf).distinct().toList();
  }
}
