package io.holdpoint.arch.planted.every_class_has_a_room.leftover;

/** A package that is no room. */
public final class Culprit {}
