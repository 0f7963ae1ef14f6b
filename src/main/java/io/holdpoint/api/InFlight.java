package io.holdpoint.api;

import io.vertx.core.Handler;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the requests being answered at the same time and the sum of their bodies. Interrupts take
 * from the share that is open to all first and then from a reserve of their own; when that is full
 * too, they displace the request whose body has been on its way for longest, so that nobody keeps
 * them out by sending slowly, with a key or without. Never waits: who finds no place is to be told
 * so at once. For one event loop; the counts may be read from anywhere.
 */
final class InFlight {
  private static final int INTERRUPTS_BODIES = 8;

  private final int common;
  private final int reserve;
  private final long bodies;
  private final long reservedBodies;
  private final AtomicInteger inCommon = new AtomicInteger();
  private final AtomicInteger inReserve = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** Whose body is on its way, the oldest first, and how to tell them that they were displaced. */
  private final Map<Place, Runnable> arriving = new LinkedHashMap<>();

  /**
   * @param common places open to all
   * @param reserve further places, for interrupts
   * @param bodies bytes of bodies; interrupts may go over it by an eighth
   */
  InFlight(int common, int reserve, long bodies) {
    this.common = common;
    this.reserve = reserve;
    this.bodies = bodies;
    reservedBodies = bodies / INTERRUPTS_BODIES;
  }

  /** A place for one request; null when there is none left for its kind. */
  @Nullable Place enter(boolean interrupt) {
    Place free = free(interrupt);
    return free == null && interrupt && displace(null) ? free(true) : free;
  }

  private @Nullable Place free(boolean interrupt) {
    if (inCommon.get() < common) {
      return new Place(inCommon, interrupt);
    }
    return interrupt && inReserve.get() < reserve ? new Place(inReserve, true) : null;
  }

  /** Takes the place of the oldest body on its way, but not that of {@code spared}. */
  private boolean displace(@Nullable Place spared) {
    Iterator<Map.Entry<Place, Runnable>> oldest = arriving.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Place, Runnable> next = oldest.next();
      if (next.getKey() != spared) {
        Runnable tell = next.getValue();
        next.getKey().leave();
        tell.run();
        return true;
      }
    }
    return false;
  }

  int requests() {
    return inCommon.get() + inReserve.get();
  }

  long bodyBytes() {
    return bytes.get();
  }

  /** One request's place and what its body takes, until it leaves; as a handler, it does so. */
  final class Place implements Handler<Void> {
    private final AtomicInteger share;
    private final boolean interrupt;
    private long taken;
    private boolean left;

    private Place(AtomicInteger share, boolean interrupt) {
      this.share = share;
      this.interrupt = interrupt;
      share.incrementAndGet();
    }

    boolean interrupt() {
      return interrupt;
    }

    /**
     * The body is on its way from now on.
     *
     * @param displaced called once an interrupt has taken this place, which is left by then
     */
    void awaitsBody(Runnable displaced) {
      if (!left) {
        arriving.put(this, displaced);
      }
    }

    /** The body is there: this place is nobody else's until it is left. */
    void hasBody() {
      arriving.remove(this);
    }

    /**
     * Makes the body's share at least so large; false, and nothing taken, when that is too much.
     */
    boolean holdsBody(long length) {
      long more = length - taken;
      if (left || more <= 0) {
        return !left;
      }
      long most = interrupt ? bodies + reservedBodies : bodies;
      while (bytes.get() + more > most) {
        if (!interrupt || !displace(this)) {
          return false;
        }
      }
      taken = length;
      bytes.addAndGet(more);
      return true;
    }

    @Override
    public void handle(Void over) {
      leave();
    }

    /** Gives everything back; only the first call counts. */
    void leave() {
      if (!left) {
        left = true;
        arriving.remove(this);
        share.decrementAndGet();
        bytes.addAndGet(-taken);
      }
    }
  }
}
