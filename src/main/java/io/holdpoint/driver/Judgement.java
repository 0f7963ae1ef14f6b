package io.holdpoint.driver;

/**
 * Whether a node is good.
 *
 * @param reason one line for the operator; what is missing, or what is wrong
 */
public record Judgement(Verdict verdict, String reason) {
  /** What to do about it. */
  public enum Verdict {
    GOOD,
    /** Not yet, but it may come by itself: look again until the time is up. */
    WAIT,
    /** It will not come by itself. */
    BAD
  }

  static Judgement good() {
    return new Judgement(Verdict.GOOD, "good");
  }

  static Judgement wait(String reason) {
    return new Judgement(Verdict.WAIT, reason);
  }

  static Judgement bad(String reason) {
    return new Judgement(Verdict.BAD, reason);
  }
}
