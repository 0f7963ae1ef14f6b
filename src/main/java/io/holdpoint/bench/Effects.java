package io.holdpoint.bench;

/**
 * What the database has of a pass, against what was acknowledged.
 *
 * @param acknowledged results that clients got, repeats aside
 * @param missing of them have no row
 * @param different have a row with another result
 * @param applied rows with the result true
 * @param events written with them
 * @param transitions tasks that they have changed
 */
record Effects(
    long acknowledged, long missing, long different, long applied, long events, long transitions) {
  static final Effects NONE = new Effects(0, 0, 0, 0, 0, 0);

  /** Every acknowledged result stands, and each true one has changed one task once. */
  boolean hold() {
    return missing == 0 && different == 0 && applied == events && applied == transitions;
  }

  Effects plus(Effects other) {
    return new Effects(
        acknowledged + other.acknowledged,
        missing + other.missing,
        different + other.different,
        applied + other.applied,
        events + other.events,
        transitions + other.transitions);
  }
}
