package io.holdpoint.task;

/** What became of a call before it was carried out. */
public enum AuditDecision implements Term {
  ALLOWED,
  /** Not let in: the signature, the key, the time or the policy. */
  DENIED,
  /** Turned away for now: over a limit. */
  THROTTLED,
  /** Nobody could tell: the keys could not be read. */
  UNAVAILABLE
}
