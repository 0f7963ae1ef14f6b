package io.holdpoint.driver;

import io.holdpoint.config.SimulatedConfig;
import io.holdpoint.task.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** One simulated node and the clock that it lives by. */
final class SimulatedHost {
  static final String SETTINGS = "/etc/logstash";
  static final String MAIN = SETTINGS + "/conf.d/main.conf";

  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
  private final Node node;
  private final SimulatedDriver driver;
  private int commands;

  /** A stop takes 200 ms, a start 300 ms, a look no time, unless {@code settings} say so. */
  SimulatedHost(Map<String, Object> settings) {
    node = new Node("acc", "ls-cn-1", "node-1", "simulated", "simulated", null, null, settings);
    SimulatedConfig config =
        new SimulatedConfig(Duration.ofMillis(200), Duration.ofMillis(300), Duration.ZERO);
    driver = new SimulatedDriver(config, nanos::get);
  }

  SimulatedDriver driver() {
    return driver;
  }

  Node node() {
    return node;
  }

  void pass(long millis) {
    nanos.addAndGet(millis * 1_000_000);
  }

  NodeView view() {
    return now(new LogstashApi(driver).view(node));
  }

  ProcessState probe() {
    return now(driver.probe(node));
  }

  void stop() {
    now(driver.stop(node));
  }

  void start() {
    now(driver.start(node));
  }

  void restart() {
    stop();
    pass(200);
    start();
    pass(300);
  }

  void signal(NodeSignal signal) {
    now(driver.signal(node, signal));
  }

  void put(String path, String text) {
    String staged = now(driver.stage(node, path, text.getBytes(StandardCharsets.UTF_8)));
    now(driver.commit(node, staged, path));
  }

  String text(String path) {
    return now(driver.read(node, path)).text();
  }

  RunState run(String... arguments) {
    return now(driver.run(node, new NodeCommand("c-" + ++commands, List.of(arguments))));
  }

  static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
