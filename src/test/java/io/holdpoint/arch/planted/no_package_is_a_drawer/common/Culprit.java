package io.holdpoint.arch.planted.no_package_is_a_drawer.common;

/** What nobody could name. */
public final class Culprit {}
