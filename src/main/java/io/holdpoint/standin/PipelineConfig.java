package io.holdpoint.standin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What is wanted of a pipeline; another one of the same id is a reason to reload. */
record PipelineConfig(
    String id, String text, int workers, int batchSize, int batchDelay, String queueType) {

  /** Of the text only, so that it is the same on two nodes whatever their settings. */
  String hash() {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
