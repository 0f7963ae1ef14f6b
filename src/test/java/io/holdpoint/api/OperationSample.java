package io.holdpoint.api;

import io.holdpoint.testkit.CapturedRequest;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.SignedClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An ordinary request for each operation of the contract, whichever operations those are. */
record OperationSample(ApiOperation operation, @Nullable JsonObject body) {
  private static final Map<String, JsonObject> BODIES =
      Map.of(
          "CreateLogstash", Operator.createBody(1),
          "RestartLogstash", new JsonObject(),
          "PutInstanceNodes",
              new JsonObject()
                  .put(
                      "nodes",
                      new JsonArray()
                          .add(
                              new JsonObject()
                                  .put("address", "10.7.7.7")
                                  .put("driver", "simulated"))),
          "StartInstanceChange", new JsonObject().put("kind", "restart"),
          "DecideInstanceTask", new JsonObject().put("decision", "wait"),
          "PutCredential", new JsonObject().put("apiUser", "logstash"),
          "PutWebhook", new JsonObject().put("url", "https://hooks.example/"));

  /** Of all that need a permission. */
  static List<OperationSample> all() throws TimeoutException {
    Vertx vertx = Vertx.vertx();
    try {
      Contract contract = Contract.load(vertx).await(20, TimeUnit.SECONDS);
      return contract.parsed().operations().stream()
          .map(operation -> contract.operation(operation.getOperationId()))
          .filter(operation -> operation.permission() != null)
          .map(operation -> new OperationSample(operation, BODIES.get(operation.id())))
          .toList();
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  boolean names(String parameter) {
    return operation.template().contains('{' + parameter + '}');
  }

  /** About an instance and a credential, where the operation names one. */
  CapturedRequest signed(SignedClient client, String instance, String credential) {
    String target =
        "/"
            + String.join("/", operation.template())
                .replace("{InstanceId}", instance)
                .replace("{Name}", credential)
                .replace("{NodeId}", new UUID(0, 1).toString())
                .replace("{Step}", "1")
            // A stream would not end.
            + (operation.id().equals("FollowEvents") ? "?kinds=none" : "");
    return client.sign(operation.method(), target, body);
  }

  @Override
  public String toString() {
    return operation.id();
  }
}
