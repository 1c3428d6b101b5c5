package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NightTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private static Instant at(int day, int hour, int minute) {
    return ZonedDateTime.of(2026, 3, day, hour, minute, 0, 0, PARIS).toInstant();
  }

  private static boolean hasPassed(String id, Instant since, Instant now) {
    return Night.hasPassed(id, since.toEpochMilli(), Clock.fixed(now, PARIS));
  }

  @Test
  void nightComesBetweenTwoAndFour() {
    assertFalse(hasPassed("e", at(10, 12, 0), at(11, 1, 59)));
    assertTrue(hasPassed("e", at(10, 12, 0), at(11, 4, 0)));
  }

  @Test
  void nightComesOnce() {
    assertFalse(hasPassed("e", at(11, 4, 0), at(11, 23, 0)));
  }

  /** The hour from two to three is left out in spring. */
  @Test
  void nightComesWhenTheClockGoesForward() {
    assertTrue(hasPassed("e", at(28, 12, 0), at(29, 5, 0)));
  }

  @Test
  void nightThatPassedWhileTheServerWasDownComesAfterIt() {
    assertTrue(hasPassed("e", at(10, 12, 0), at(13, 1, 0)));
  }

  @Test
  void endpointsHaveMinutesOfTheirOwn() {
    Set<Integer> first =
        IntStream.range(0, 100)
            .map(
                number ->
                    IntStream.range(0, 121)
                        .filter(
                            minute ->
                                hasPassed(
                                    "e" + number,
                                    at(11, 0, 0),
                                    at(11, 2, 0).plusSeconds(60L * minute)))
                        .findFirst()
                        .orElseThrow())
            .boxed()
            .collect(Collectors.toSet());
    assertTrue(first.size() > 30, first.size() + " minutes");
    assertEquals(0, first.stream().filter(minute -> minute > 120).count());
  }
}
