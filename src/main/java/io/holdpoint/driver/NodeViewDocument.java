package io.holdpoint.driver;

import io.vertx.core.json.JsonObject;

/** A {@link NodeView} as JSON, for the checkpoint that keeps it as the baseline. */
public final class NodeViewDocument {
  private NodeViewDocument() {}

  public static JsonObject write(NodeView view) {
    throw new UnsupportedOperationException(view.detail());
  }

  public static NodeView read(JsonObject document) {
    throw new UnsupportedOperationException(document.encode());
  }
}
