package io.holdpoint.arch.planted.no_package_is_a_drawer.task;

/** In a package with a meaning. */
public final class Innocent {}
