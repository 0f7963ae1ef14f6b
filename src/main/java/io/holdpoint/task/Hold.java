package io.holdpoint.task;

/** Why a suspended task may not run: asked for over the API, or raised by the engine itself. */
public enum Hold implements Term {
  INTERRUPT,
  NEEDS_HUMAN,
  FAILURE_BUDGET,
  DRIFT
}
