package io.holdpoint.arch.planted.every_class_has_a_room.task;

/** In its room. */
public final class Innocent {}
