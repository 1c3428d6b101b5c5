package com.abilian.sbe.scim.deliver;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays that double from {@code first} up to {@code last}.
 *
 * @param jitter the part of each delay that is left to chance, 0 to 1: those who failed together
 *     must not come back together
 */
record Backoff(Duration first, Duration last, double jitter) {

  /** A leaver must be out soon after the receiver is back. */
  static final Backoff ENDPOINT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 0);

  /**
   * A resource that fails where nothing else is accepted either: it may be the endpoint's fault.
   */
  static final Backoff SUSPECT = new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(30), 0.3);

  /** A resource that fails while others are accepted. */
  static final Backoff RESOURCE = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(15), 0.3);

  /** Access that is not taken away yet. */
  static final Backoff LEAVER = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(4), 0.3);

  /** Somebody has to name another administrator of the receiver first. */
  static final Backoff LAST_ADMINISTRATOR =
      new Backoff(Duration.ofMinutes(3), Duration.ofMinutes(3), 0.3);

  /**
   * @param attempt 1 for the delay after the first failure
   */
  Duration delay(int attempt, RandomGenerator random) {
    double doubled = first.toMillis() * Math.pow(2, Math.max(0, attempt - 1));
    double full = Math.min(doubled, last.toMillis());
    return Duration.ofMillis((long) (full * (1 - jitter * random.nextDouble())));
  }
}
