package io.holdpoint.standin;

import io.holdpoint.standin.PipelineView.Events;
import io.holdpoint.standin.PipelineView.Reloads;
import io.holdpoint.standin.PipelineView.State;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline from its first mention until the process ends; guarded by the agent. Its metrics and
 * what it does now are two things, and disagree after a failed reload.
 */
final class Pipeline {
  /** An event a millisecond. */
  private static final TimeUnit RATE = TimeUnit.MILLISECONDS;

  private static final long CRASH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String id;
  private boolean present;
  private State state = State.UNKNOWN;
  private @Nullable PipelineConfig tried;
  private @Nullable PipelineConfig shown;
  private @Nullable String ephemeralId;
  private Set<Misbehaviour> misbehaviours = EnumSet.noneOf(Misbehaviour.class);
  private Reloads reloads = Reloads.NONE;
  private Events events = new Events(0, 0, 0);
  private long since;

  Pipeline(String id) {
    this.id = id;
  }

  boolean isPresent() {
    return present;
  }

  /** Whether {@code wanted} is something that was not tried last. */
  boolean differsFrom(PipelineConfig wanted) {
    return !present || !wanted.equals(tried);
  }

  boolean runs() {
    return present && state == State.RUNNING && !crashed();
  }

  /** Also when it crashed at once. */
  boolean cameUp() {
    return shown != null;
  }

  boolean isBlocked() {
    return runs() && misbehaviours.contains(Misbehaviour.BLOCKED);
  }

  /** It could not even be built: what ran goes on, and the next look tries it again. */
  void refused(String error) {
    create();
    reloads = reloads.failed(error, SystemClock.now());
  }

  /** The old one is gone, the new one is not there yet. */
  void loading() {
    stop();
    create();
    state = State.LOADING;
  }

  /** Nothing runs; the metrics still tell of the one before. */
  void registerFailed(PipelineConfig config, String error) {
    tried = config;
    state = State.UNKNOWN;
    reloads = reloads.failed(error, SystemClock.now());
  }

  /** Says whether that was a reload; a creation counts as none. */
  boolean up(PipelineConfig config, Set<Misbehaviour> misbehaving) {
    boolean reload = tried != null;
    if (reload) {
      reloads = reloads.succeeded(SystemClock.now());
    }
    tried = config;
    shown = config;
    misbehaviours = misbehaving;
    ephemeralId = Identity.randomId();
    state = State.RUNNING;
    since = SystemClock.nanos();
    return reload;
  }

  void removed() {
    stop();
    present = false;
    tried = null;
    state = State.UNKNOWN;
  }

  PipelineView view() {
    State now = state == State.RUNNING && crashed() ? State.TERMINATED : state;
    return new PipelineView(id, present, now, shown, ephemeralId, reloads, events());
  }

  private void create() {
    if (tried == null) {
      present = true;
      reloads = reloads.begunAnew();
    }
  }

  private void stop() {
    events = events();
    if (state == State.RUNNING) {
      state = State.UNKNOWN;
    }
  }

  private boolean crashed() {
    return misbehaviours.contains(Misbehaviour.CRASH) && SystemClock.nanos() - since > CRASH_NANOS;
  }

  private Events events() {
    if (state != State.RUNNING || shown == null) {
      return events;
    }
    long come = RATE.convert(SystemClock.nanos() - since, TimeUnit.NANOSECONDS);
    if (misbehaviours.contains(Misbehaviour.PORT_TAKEN)) {
      return new Events(0, 0, 0);
    }
    if (misbehaviours.contains(Misbehaviour.CRASH)) {
      return new Events(1, 0, 0);
    }
    if (misbehaviours.contains(Misbehaviour.BLOCKED)) {
      long taken = Math.min(come, (long) shown.workers() * shown.batchSize());
      boolean queues = shown.queueType().equals("persisted");
      return new Events(queues ? come : taken, 0, queues ? come : 0);
    }
    return new Events(come, come, 0);
  }
}
