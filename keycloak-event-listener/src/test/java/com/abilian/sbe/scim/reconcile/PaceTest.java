package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

  private static final Duration QUICK = Duration.ofMillis(100);

  /** How long one pass takes. */
  private static Duration pass(int people, Duration page) {
    return Pace.pause(people, page).plus(page).multipliedBy(people / Pace.PAGE + 1L);
  }

  @ParameterizedTest
  @CsvSource({"0, 45", "200, 45", "20000, 45", "45000, 46", "100000, 102", "240000, 241"})
  void nobodyWaitsLong(int people, int seconds) {
    assertTrue(pass(people, QUICK).compareTo(Duration.ofSeconds(seconds)) <= 0);
    assertTrue(pass(people, QUICK).compareTo(Duration.ofSeconds(44)) >= 0);
  }

  @ParameterizedTest
  @CsvSource({"500", "3000", "60000"})
  void aServerThatIsSlowIsLeftAloneAtLeastHalfOfTheTime(long took) {
    Duration page = Duration.ofMillis(took);
    assertTrue(Pace.pause(1_000_000, page).compareTo(page) >= 0);
  }

  @ParameterizedTest
  @CsvSource({"1000000"})
  void aMillionTakesFourMinutesWhereTheServerIsQuickEnough(int people) {
    assertEquals(240, pass(people, QUICK).toSeconds(), 1);
  }
}
