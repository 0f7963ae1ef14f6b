package io.holdpoint.driver;

import io.holdpoint.task.Term;

/** What a node's driver can do there; {@link NodeDriver#capabilities}. */
public enum Capability implements Term {
  /** Starting and stopping the process. */
  LIFECYCLE,
  /** SIGHUP and SIGKILL. */
  SIGNAL,
  /** Reading, staging and committing files. */
  FILES,
  /** Commands that go on by themselves. */
  COMMANDS
}
