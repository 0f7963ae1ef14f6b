package io.holdpoint.bench;

/** What the requests of one pass ask for. */
public enum Mix {
  /** Each interrupts another instance, with a token of its own. */
  INTERRUPT,
  /** Each repeats one of an earlier pass, its token included. */
  REPLAY,
  /** Each names an instance that does not exist. */
  UNKNOWN,
  /** Of ten, six interrupt, two resume what was interrupted, one repeats, one names none. */
  MIXED;

  private static final int TEN = 10;
  private static final int INTERRUPTS = 6;
  private static final int RESUMES = 2;

  /** How far a resume or a repeat stays behind, so that what it is about was answered. */
  private static final int LAG = 2_000;

  /**
   * What the request at {@code index} is.
   *
   * @param index from 0
   */
  Kind kind(int index) {
    return switch (this) {
      case INTERRUPT -> Kind.INTERRUPT;
      case REPLAY -> Kind.REPLAY;
      case UNKNOWN -> Kind.UNKNOWN;
      case MIXED -> mixed(index);
    };
  }

  private static Kind mixed(int index) {
    int place = index % TEN;
    if (place < INTERRUPTS || index < LAG) {
      return Kind.INTERRUPT;
    }
    if (place < INTERRUPTS + RESUMES) {
      return Kind.RESUME;
    }
    return place == INTERRUPTS + RESUMES ? Kind.REPLAY : Kind.UNKNOWN;
  }

  /** The index of the interrupt that a resume or a repeat is about; always one of its kind. */
  static int subject(int index) {
    int place = index % TEN;
    return index - LAG - place + place % INTERRUPTS;
  }

  /** One request's intent. */
  enum Kind {
    INTERRUPT,
    RESUME,
    REPLAY,
    UNKNOWN
  }
}
