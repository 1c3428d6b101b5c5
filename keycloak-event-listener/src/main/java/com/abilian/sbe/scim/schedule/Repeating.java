package com.abilian.sbe.scim.schedule;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does one thing again and again, on a thread of its own that nothing else holds up. */
final class Repeating {

  private final Duration pause;
  private final Runnable work;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * @param work throws nothing
   */
  Repeating(String name, Duration pause, Runnable work) {
    this.pause = pause;
    this.work = work;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits for the end of what is being done, for a moment. */
  void stop() {
    stopped.countDown();
    try {
      thread.join(pause.toMillis());
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        work.run();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
