package io.holdpoint.driver;

import io.holdpoint.task.Node;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds the process behind a node's API that Holdpoint did not start. Its number alone proves
 * nothing: it may be that of another host or container, so address and start time must agree too.
 */
final class ForeignProcess {
  private static final Duration START_UP = Duration.ofMinutes(2);

  private ForeignProcess() {}

  /**
   * @param reply of {@code /_node/jvm}
   */
  static Optional<ProcessMark> find(Node node, ApiReply reply) {
    if (reply.status() != 200 || !local(NodeHttp.Endpoint.of(node).host())) {
      return Optional.empty();
    }
    try {
      JsonObject jvm = new JsonObject(reply.body()).getJsonObject("jvm", new JsonObject());
      long pid = jvm.getLong("pid", 0L);
      Instant said = Instant.ofEpochMilli(jvm.getLong("start_time_in_millis", 0L));
      return pid > 1 && startedAbout(pid, said) ? ProcessMark.living(pid) : Optional.empty();
    } catch (DecodeException | ClassCastException | NullPointerException other) {
      return Optional.empty();
    }
  }

  private static boolean startedAbout(long pid, Instant said) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().startInstant())
        .filter(start -> Duration.between(start, said).abs().compareTo(START_UP) < 0)
        .isPresent();
  }

  private static boolean local(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException unknown) {
      return false;
    }
  }
}
