package com.abilian.sbe.scim.deliver;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays that double from {@code first} up to {@code last}.
 *
 * @param jitter the random part of each delay, 0 to 1: resources that failed together should not be
 *     retried together
 */
record Backoff(Duration first, Duration last, double jitter) {

  /** An endpoint: a leaver must be out soon after the receiver is back. */
  static final Backoff ENDPOINT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 0);

  /** A resource that fails while nothing else is accepted: the endpoint may be at fault. */
  static final Backoff SUSPECT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 0.3);

  /** A resource that fails while others are accepted. */
  static final Backoff RESOURCE = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(15), 0.3);

  /** A resource through which a leaver still has access. */
  static final Backoff LEAVER = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(4), 0.3);

  /** The receiver's last administrator: somebody has to name another one first. */
  static final Backoff LAST_ADMINISTRATOR =
      new Backoff(Duration.ofMinutes(3), Duration.ofMinutes(3), 0.3);

  /** What the receiver holds and says no time for. */
  static final Backoff HELD = new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(4), 0.3);

  /** What was refused as it is, though nothing changed that is known of. */
  static final Backoff REFUSED = new Backoff(Duration.ofDays(1), Duration.ofDays(1), 0.3);

  /**
   * @param attempt 1 for the delay after the first failure
   */
  Duration delay(int attempt, RandomGenerator random) {
    double doubled = first.toMillis() * Math.pow(2, Math.max(0, attempt - 1));
    double full = Math.min(doubled, last.toMillis());
    return Duration.ofMillis((long) (full * (1 - jitter * random.nextDouble())));
  }
}
