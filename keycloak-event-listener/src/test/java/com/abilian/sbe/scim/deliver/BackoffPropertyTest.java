package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class BackoffPropertyTest {

  @Provide
  Arbitrary<Backoff> backoffs() {
    return Arbitraries.of(
        Backoff.ENDPOINT,
        Backoff.SUSPECT,
        Backoff.RESOURCE,
        Backoff.LEAVER,
        Backoff.REFUSED,
        Backoff.LAST_ADMINISTRATOR);
  }

  /** The same random part for each attempt. */
  private static Duration delay(Backoff backoff, int attempt, long seed) {
    return backoff.delay(attempt, new Random(seed));
  }

  @Property
  void isBoundedHoweverOftenItFails(
      @ForAll("backoffs") Backoff backoff,
      @ForAll @IntRange(min = 0) int attempt,
      @ForAll long seed) {
    Duration delay = delay(backoff, attempt, seed);
    assertTrue(delay.compareTo(backoff.last()) <= 0);
    double least = backoff.first().toMillis() * (1 - backoff.jitter());
    assertTrue(delay.toMillis() >= (long) least && delay.toMillis() > 0);
  }

  @Property
  void growsUntilItIsAtItsLongest(
      @ForAll("backoffs") Backoff backoff,
      @ForAll @IntRange(min = 1, max = 64) int attempt,
      @ForAll long seed) {
    Duration now = delay(backoff, attempt, seed);
    Duration next = delay(backoff, attempt + 1, seed);
    assertTrue(next.compareTo(now) >= 0);
    boolean longest = now.equals(delay(backoff, 1000, seed));
    assertEquals(longest, next.equals(now), "it grows as long as it is not the longest");
  }
}
