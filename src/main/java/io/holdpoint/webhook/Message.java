package io.holdpoint.webhook;

import io.holdpoint.task.EventDocument;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One event as the Standard Webhooks specification sends it.
 *
 * @param id the same for every attempt at this entry; a receiver drops what it knows by it
 */
record Message(String id, Buffer body) {
  private static final String PREFIX = "whsec_";

  static Message of(UUID webhookId, StreamEntry entry) {
    JsonObject document =
        new JsonObject()
            .put("type", "task." + entry.event().kind().text())
            .put("timestamp", EventDocument.time(entry.event().at()))
            .put("data", new JsonObject(EventDocument.write(entry)));
    return new Message("msg_" + webhookId + "_" + entry.position(), document.toBuffer());
  }

  /**
   * The value of {@code webhook-signature}.
   *
   * @param secret {@code whsec_} and the key in Base64
   * @param seconds since 1970, as {@code webhook-timestamp} says
   */
  String signature(String secret, long seconds) {
    try {
      byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.US_ASCII));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes()));
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException("every JDK has HmacSHA256", defect);
    }
  }
}
