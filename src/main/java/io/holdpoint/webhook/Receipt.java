package io.holdpoint.webhook;

/**
 * What became of one request.
 *
 * @param error for the account alone, because a receiver may repeat what it was sent: one line of
 *     plain text, at most {@value #LONGEST_ERROR} characters; empty when it was taken
 * @param summary for the log: the same in our own words, without anything from outside
 */
record Receipt(Kind kind, String error, String summary) {
  static final int LONGEST_ERROR = 300;

  enum Kind {
    TAKEN,
    FAILED,
    /** The receiver wants nothing any more. */
    GONE,
    /** Broken off by this node; perhaps it was taken. */
    CUT
  }

  Receipt {
    String line =
        error.replaceAll("[\\s\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cf}\\p{Cs}\\p{Co}]+", " ").strip();
    error = line.length() <= LONGEST_ERROR ? line : line.substring(0, LONGEST_ERROR);
  }

  static Receipt taken() {
    return new Receipt(Kind.TAKEN, "", "");
  }

  static Receipt cut() {
    return new Receipt(Kind.CUT, "", "");
  }

  /**
   * @param why in our own words
   */
  static Receipt failed(String why) {
    return new Receipt(Kind.FAILED, why, why);
  }

  static Receipt failed(Throwable failure) {
    String type = failure.getClass().getSimpleName();
    String message = failure.getMessage();
    return new Receipt(Kind.FAILED, message == null ? type : message, type);
  }

  /**
   * @param text the beginning of the answer's body
   */
  static Receipt answered(int status, String text) {
    if (status >= 200 && status < 300) {
      return taken();
    }
    Kind kind = status == 410 ? Kind.GONE : Kind.FAILED;
    String summary = "answered " + status;
    if (status >= 300 && status < 400) {
      summary += "; redirects are not followed";
      return new Receipt(kind, summary, summary);
    }
    return new Receipt(kind, text.isBlank() ? summary : summary + ": " + text, summary);
  }
}
