package com.abilian.sbe.scim.schedule;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Ends the pause of a thread that looks again and again: several at once end it once. */
final class Wakeup {

  private final Semaphore signal;

  /**
   * @param first whether the first pause ends at once
   */
  Wakeup(boolean first) {
    signal = new Semaphore(first ? 1 : 0);
  }

  void wake() {
    signal.release();
  }

  /** Returns after a pause, or as soon as somebody wakes. */
  void await(Duration pause) throws InterruptedException {
    if (signal.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      signal.drainPermits();
    }
  }
}
