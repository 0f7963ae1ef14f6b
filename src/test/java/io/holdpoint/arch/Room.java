package io.holdpoint.arch;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The table of rooms. A room may name only rooms above it, so the table itself cannot hold a cycle;
 * a new room is a new row here.
 */
enum Room {
  TASK,
  CONFIG,
  BUS(TASK),
  CLUSTER(CONFIG),
  AUTH,
  SECRET,
  STORE(TASK, AUTH, SECRET, CONFIG),
  DRIVER(TASK, SECRET, CONFIG),
  STANDIN,
  MANAGER(TASK, BUS, STORE, CONFIG),
  WORKER(TASK, BUS, STORE, DRIVER, CONFIG),
  WEBHOOK(TASK, BUS, STORE, SECRET, CONFIG),
  API(TASK, BUS, AUTH, CONFIG),
  MANAGEMENT(CONFIG),
  BENCH(TASK, AUTH, STORE),
  CLI(true),
  ROOT(true);

  private final boolean usesAll;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of() is unmodifiable; its type cannot say so.
  private final Set<Room> uses;

  Room(Room... uses) {
    this.usesAll = false;
    this.uses = Set.of(uses);
  }

  Room(boolean usesAll) {
    this.usesAll = usesAll;
    this.uses = Set.of();
  }

  boolean mayUse(Room other) {
    return usesAll || other == this || uses.contains(other);
  }

  boolean isRestricted() {
    return !usesAll;
  }

  /** The one package of this room; rooms are flat. */
  String in(String root) {
    return this == ROOT ? root : root + "." + name().toLowerCase(Locale.ROOT);
  }

  static Optional<Room> of(String packageName, String root) {
    return Stream.of(values()).filter(room -> room.in(root).equals(packageName)).findFirst();
  }

  static String[] packages(String root, Room... rooms) {
    return Stream.of(rooms).map(room -> room.in(root)).toArray(String[]::new);
  }
}
