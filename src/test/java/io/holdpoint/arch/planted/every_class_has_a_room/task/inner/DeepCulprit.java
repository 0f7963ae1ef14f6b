package io.holdpoint.arch.planted.every_class_has_a_room.task.inner;

/** Rooms are flat. */
public final class DeepCulprit {}
