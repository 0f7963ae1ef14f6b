package io.holdpoint.task;

/** Why a webhook sends nothing until it is put again; the words of {@code webhooks.paused}. */
public enum WebhookPause implements Term {
  /** Its receiver answered 410 Gone. */
  GONE,
  /** It has as many dead letters as it may have. */
  DEAD_LETTERS
}
