package io.holdpoint.task;

/** Where a step stands. Only a claim makes it running, only its lease holder settles it. */
public enum StepState implements Term {
  PENDING,
  RUNNING,
  DONE
}
