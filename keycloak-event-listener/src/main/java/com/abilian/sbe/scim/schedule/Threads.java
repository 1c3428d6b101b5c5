package com.abilian.sbe.scim.schedule;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that keep no server from stopping, and pools of them that end when nothing is to do. */
final class Threads {

  /** Most endpoints have nothing to send most of the time. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  private Threads() {}

  static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** As many as there are tasks. */
  static ExecutorService asNeeded(String name) {
    return Executors.newCachedThreadPool(daemons(name));
  }

  /** So many at most; what more there is to do waits. */
  static ExecutorService atMost(int count, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            daemons(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
