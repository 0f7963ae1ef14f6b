package io.holdpoint.driver;

/** The signals that a change sends; asking a process to end is {@link NodeDriver#stop}. */
public enum NodeSignal {
  /** Look at the pipelines' files again. */
  HUP,
  /** End at once and lose what is in flight; only after a human decided so. */
  KILL
}
