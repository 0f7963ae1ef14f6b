package io.holdpoint.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Logstash process of an instance, and how it is reached.
 *
 * @param nodeId unique within the instance
 * @param driver the name of the driver that reaches it
 * @param credential a reference to a stored credential, never the secret itself
 * @param settings the driver's own settings
 */
public record Node(
    String accountId,
    String instanceId,
    String nodeId,
    String address,
    String driver,
    @Nullable String apiEndpoint,
    @Nullable String credential,
    Map<String, Object> settings) {

  public Node {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
