package com.abilian.sbe.scim.deliver;

import java.time.Duration;

/**
 * How many creates go into one bulk: as many as the receiver does in a second, as far as the bulks
 * before tell, so that none comes near the time that a request has, and a change that comes
 * meanwhile does not wait long.
 */
final class BulkSize {

  /** Of which nothing is known yet; where each takes 50 ms, four such bulks take 4 s. */
  static final int FIRST = 20;

  /** More in one request make none of them sooner. */
  static final int MOST = 100;

  private static final Duration WITHIN = Duration.ofSeconds(1);

  private int size = FIRST;

  synchronized int now() {
    return size;
  }

  /** A bulk of so many was answered; others that it waited for count. */
  synchronized void took(int operations, Duration time) {
    long fits = WITHIN.toNanos() * operations / Math.max(1, time.toNanos());
    size = (int) Math.max(1, Math.min(Math.min(fits, MOST), 2L * size));
  }

  /** Nothing is known any more. */
  synchronized void reset() {
    size = FIRST;
  }
}
