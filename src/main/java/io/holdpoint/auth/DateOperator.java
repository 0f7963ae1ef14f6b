package io.holdpoint.auth;

/** How a moment is compared with that of a policy, by the name policies have for it. */
enum DateOperator {
  EQUALS("DateEquals"),
  NOT_EQUALS("DateNotEquals"),
  LESS_THAN("DateLessThan"),
  LESS_THAN_EQUALS("DateLessThanEquals"),
  GREATER_THAN("DateGreaterThan"),
  GREATER_THAN_EQUALS("DateGreaterThanEquals");

  private final String text;

  DateOperator(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /**
   * Whether a value fits. For {@link #NOT_EQUALS} that is a value that must not be there.
   *
   * @param comparison of the request's moment with the value, as {@link Comparable} has it
   */
  boolean fits(int comparison) {
    return switch (this) {
      case EQUALS, NOT_EQUALS -> comparison == 0;
      case LESS_THAN -> comparison < 0;
      case LESS_THAN_EQUALS -> comparison <= 0;
      case GREATER_THAN -> comparison > 0;
      case GREATER_THAN_EQUALS -> comparison >= 0;
    };
  }
}
