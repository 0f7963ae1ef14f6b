package io.holdpoint.webhook;

/**
 * What became of one request.
 *
 * @param error one line of plain text, at most {@value #LONGEST_ERROR} characters; empty when it
 *     was taken
 */
record Receipt(Kind kind, String error) {
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

  static Receipt failed(String error) {
    return new Receipt(Kind.FAILED, error);
  }

  /**
   * @param text the beginning of the answer's body
   */
  static Receipt answered(int status, String text) {
    if (status >= 200 && status < 300) {
      return new Receipt(Kind.TAKEN, "");
    }
    String why =
        status >= 300 && status < 400
            ? "answered " + status + "; redirects are not followed"
            : "answered " + status + (text.isBlank() ? "" : ": " + text);
    return new Receipt(status == 410 ? Kind.GONE : Kind.FAILED, why);
  }
}
