package io.holdpoint.soak;

/** How long, and from which seed. */
public final class Soak {
  private Soak() {}

  /** So many rounds, by the factor that was asked for; one at least. */
  public static int rounds(int usual) {
    double factor = Double.parseDouble(System.getProperty("holdpoint.soak.factor", "1"));
    return Math.max(1, (int) Math.round(usual * factor));
  }

  /** The seed of a run: given, or new each time; failures show it. */
  public static long seed() {
    String given = System.getProperty("holdpoint.soak.seed", "");
    return given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
  }
}
