package io.holdpoint.arch.planted.nothing_sleeps.worker;

import java.util.concurrent.TimeUnit;

/** Blocks its thread. */
public final class Culprit {
  public void doze() throws InterruptedException {
    Thread.sleep(1);
    TimeUnit.SECONDS.sleep(1);
  }
}
