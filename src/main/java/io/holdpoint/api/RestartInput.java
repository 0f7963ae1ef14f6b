package io.holdpoint.api;

import io.holdpoint.task.Change;
import io.holdpoint.task.Rollout;
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

  static Change.Restart read(ValidatedRequest request) {
    boolean force = request.getQuery().get("force").getBoolean(false);
    JsonObject body = request.getBody() == null ? null : request.getBody().getJsonObject();
    if (body == null) {
      body = new JsonObject();
    }
    Number batchCount = (Number) body.getValue("batchCount");
    double batch = batchCount == null ? 0 : batchCount.doubleValue();
    if (body.getString("restartType", "instance").equals("nodeIp")) {
      return restart(addresses(body.getJsonArray("nodes")), null, false);
    }
    if (force && batch <= 0) {
      throw new ApiException(ApiError.RESTART_BATCH_VALUE);
    }
    if (!force && batch != 0) {
      throw new ApiException(ApiError.NORMAL_RESTART_BATCH);
    }
    return restart(List.of(), force ? batch : null, force);
  }

  /** A forced restart is what helps a node that is not good; it does not wait for it to be. */
  private static Change.Restart restart(
      List<String> nodes, @Nullable Double batchPercent, boolean force) {
    return new Change.Restart(new Rollout(nodes, 1, batchPercent, 0, 0, 0, force));
  }

  private static List<String> addresses(@Nullable JsonArray nodes) {
    if (nodes == null || nodes.isEmpty()) {
      throw new ApiException(ApiError.MISSING_PARAMETER, "nodes");
    }
    return nodes.stream().map(String::valueOf).distinct().toList();
  }
}
