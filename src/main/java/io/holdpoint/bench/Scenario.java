package io.holdpoint.bench;

import io.holdpoint.auth.SignatureScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One kind of pass; those of a run take turns.
 *
 * @param raw the statement alone, without the service
 * @param ratePerSecond 0 is a closed loop
 * @param nodes services on the one database that the connections are spread over
 * @param clustered whether their event buses are one, so that each event goes to all of them
 */
record Scenario(
    boolean raw,
    @Nullable SignatureScheme scheme,
    Mix mix,
    int connections,
    int ratePerSecond,
    int nodes,
    boolean clustered) {
  private static final SignatureScheme ACS3 = SignatureScheme.ACS3_HMAC_SHA256;
  private static final SignatureScheme ROA = SignatureScheme.ROA_SHA1;
  private static final int MANY = 256;
  private static final int MOST_NODES = 3;

  /** Commands that wait at most: {@code commands.max-waiting}, and what is in a statement. */
  private static final int CARRIED = 4_500;

  private static final int FLOOD = 6_000;
  private static final int FLOOD_RATE = 60_000;

  static Scenario raw(int connections) {
    return new Scenario(true, null, Mix.INTERRUPT, connections, 0, 1, false);
  }

  static Scenario closed(@Nullable SignatureScheme scheme, Mix mix, int connections) {
    return new Scenario(false, scheme, mix, connections, 0, 1, false);
  }

  static Scenario open(@Nullable SignatureScheme scheme, int connections, int ratePerSecond) {
    return new Scenario(false, scheme, Mix.INTERRUPT, connections, ratePerSecond, 1, false);
  }

  /** As a load balancer spreads them. */
  static Scenario spread(int connections, int nodes) {
    return new Scenario(false, null, Mix.INTERRUPT, connections, 0, nodes, false);
  }

  /** The same with one event bus over all nodes. */
  static Scenario clustered(int connections, int nodes) {
    return new Scenario(false, null, Mix.INTERRUPT, connections, 0, nodes, true);
  }

  /** The same load on as many nodes that know nothing of each other. */
  Scenario unclustered() {
    return new Scenario(raw, scheme, mix, connections, ratePerSecond, nodes, false);
  }

  /** More than the service is meant to carry: what it cannot take it has to turn away. */
  boolean overload() {
    return connections > CARRIED;
  }

  /** As in figures: {@code interrupt_c256_acs3}, {@code raw_c16}, {@code interrupt_r4000}. */
  String name() {
    String load = ratePerSecond == 0 ? "_c" + connections : "_r" + ratePerSecond;
    String spread = (nodes == 1 ? "" : "_nodes" + nodes) + (clustered ? "_clustered" : "");
    return raw
        ? "raw" + load
        : mix.name().toLowerCase(Locale.ROOT) + load + '_' + signature() + spread;
  }

  private String signature() {
    return scheme == null ? "unsigned" : scheme == ACS3 ? "acs3" : "roa";
  }

  /** Those of {@code --quick}. */
  static List<Scenario> quick() {
    List<Scenario> all = new ArrayList<>();
    for (int connections : new int[] {1, 8, 16, 32}) {
      all.add(raw(connections));
    }
    for (int connections : new int[] {1, 64, MANY, 512}) {
      all.add(closed(null, Mix.INTERRUPT, connections));
    }
    all.add(spread(MANY, 2));
    all.add(spread(MANY, MOST_NODES));
    all.add(closed(ACS3, Mix.INTERRUPT, MANY));
    all.add(closed(ROA, Mix.INTERRUPT, MANY));
    all.add(closed(null, Mix.REPLAY, MANY));
    all.add(closed(null, Mix.UNKNOWN, MANY));
    all.add(closed(null, Mix.MIXED, MANY));
    for (int rate : new int[] {1_000, 4_000, 16_000}) {
      all.add(open(null, MANY, rate));
    }
    all.add(open(null, FLOOD, FLOOD_RATE));
    all.add(clustered(MANY, 2));
    all.add(clustered(MANY, MOST_NODES));
    return all;
  }

  /** Those that run again once the data has grown. */
  static List<Scenario> grown() {
    return List.of(
        raw(8), raw(16), closed(null, Mix.INTERRUPT, MANY), closed(ACS3, Mix.INTERRUPT, MANY));
  }

  /** Those that run while expired tokens are purged. */
  static List<Scenario> purging() {
    return List.of(raw(8), raw(16), closed(null, Mix.INTERRUPT, MANY));
  }

  /** Those of a whole run. */
  static List<Scenario> full() {
    List<Scenario> all = new ArrayList<>(quick());
    all.add(raw(64));
    all.add(closed(null, Mix.INTERRUPT, 8));
    all.add(closed(null, Mix.INTERRUPT, 32));
    all.add(closed(null, Mix.INTERRUPT, 128));
    for (int connections : new int[] {1, 64, 512}) {
      all.add(closed(ACS3, Mix.INTERRUPT, connections));
    }
    all.add(closed(ACS3, Mix.REPLAY, MANY));
    all.add(closed(ACS3, Mix.MIXED, MANY));
    all.add(open(null, MANY, 8_000));
    all.add(open(ACS3, MANY, 8_000));
    return all;
  }
}
