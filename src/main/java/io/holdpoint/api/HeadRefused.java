package io.holdpoint.api;

/**
 * Why a message head was refused, carried as the decoder result's cause so that the refusal reaches
 * the invalid-request handler in order. Carries no stack trace and never the client's bytes.
 */
final class HeadRefused extends Exception {
  private static final long serialVersionUID = 1L;

  /** Each reason with the fixed sentence the client is told. */
  enum Reason {
    LEADING_BYTES("There are bytes before the request line."),
    REQUEST_LINE("The request line is not of the form: method, space, target, space, version."),
    VERSION("Only HTTP/1.1 and HTTP/1.0 are spoken here."),
    TARGET_FORM("The request target must begin with a slash."),
    FOLDED_HEADER("A header line must not begin with a space or a tab."),
    LINE_END("Every line of the head must end with CR LF."),
    HEADER_NAME("A header needs a name."),
    HOST("Exactly one valid Host header is needed."),
    REPEATED_HEADER("A header that must occur once occurs more than once."),
    TOO_MANY_SIGNED("There are too many x-acs headers."),
    TRANSFER_ENCODING("The only Transfer-Encoding accepted is chunked, in HTTP/1.1."),
    TWO_LENGTHS("Transfer-Encoding and Content-Length must not occur together."),
    CONNECTION_HEADER("Headers of a connection have no place in HTTP/2."),
    HIDDEN_BODY("Sec-WebSocket-Key1 and Sec-WebSocket-Key2 are not accepted."),
    OUT_OF_STEP("The request is not valid HTTP.");

    final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Reason reason;

  HeadRefused(Reason reason) {
    super(reason.sentence, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
