package io.holdpoint.standin;

import java.util.Locale;

/** What a pipeline does wrong when its text holds the plugin of that name. */
enum Misbehaviour {
  /** The input's port is taken: it retries for ever, and the pipeline looks fine without events. */
  PORT_TAKEN("input"),
  /** Found only when the plugin registers: after the old pipeline was stopped. */
  REGISTER_FAILS("filter"),
  /** A worker dies of the first event. */
  CRASH("filter"),
  /** The other side takes no more events, and the pipeline cannot stop. */
  BLOCKED("output");

  private final String section;

  Misbehaviour(String section) {
    this.section = section;
  }

  String plugin() {
    return section + " " + name().toLowerCase(Locale.ROOT);
  }
}
