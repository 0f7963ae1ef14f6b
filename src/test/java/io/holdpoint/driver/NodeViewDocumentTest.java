package io.holdpoint.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.driver.NodeView.PipelineView;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeViewDocumentTest {
  @Test
  void everyMemberComesBack() {
    PipelineView failed =
        new PipelineView(
            "UNKNOWN", "h", "e", 3, 125, 50L, 1, 2, "broken", 1L << 40, 5, "persisted", 6);
    PipelineView old = new PipelineView(null, "", "", 0, 0, 0, 0, 0, null, 0, 0, "memory", 0);
    NodeView view =
        new NodeView(
            true,
            true,
            true,
            "id",
            "8.15.0",
            "process",
            "red",
            Map.of("main", failed, "a.b", old),
            Map.of("logstash-input-beats", "6.9.1"),
            7,
            "running");

    assertThat(throughText(view)).isEqualTo(view);
  }

  @Test
  void silentNodeComesBack() {
    NodeView view = NodeView.silent(new ProcessState(false, null, ""), "exited with 1");

    assertThat(throughText(view)).isEqualTo(view);
  }

  private static NodeView throughText(NodeView view) {
    return NodeViewDocument.read(new JsonObject(NodeViewDocument.write(view).encode()));
  }
}
