package com.abilian.sbe.scim.reconcile;

import java.time.Duration;

/**
 * How fast a realm is gone through: a thousand people a second, so that a hundred thousand take
 * less than two minutes; smaller realms are looked at every 45 seconds, and larger ones within four
 * minutes, as far as half of one core goes.
 */
final class Pace {

  /** People in one page. */
  static final int PAGE = 1000;

  /** How long a realm is left alone that could not be compared. */
  static final Duration AFTER_FAILURE = Duration.ofSeconds(15);

  private static final Duration SHORTEST = Duration.ofSeconds(45);
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private Pace() {}

  /**
   * How long to wait after a page.
   *
   * @param people in the realm
   * @param took how long the page took
   */
  static Duration pause(int people, Duration took) {
    long pages = people / PAGE + 1L;
    long pass =
        Math.max(
            SHORTEST.toMillis(),
            Math.min(LONGEST.toMillis(), Duration.ofMillis(people).toMillis()));
    return longer(Duration.ofMillis(pass / pages).minus(took), took);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
