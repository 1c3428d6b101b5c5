package com.abilian.sbe.scim.reconcile;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;

/**
 * When an endpoint is reconciled every night: between two and four by the clock of the server, each
 * at a minute of its own, so that not all do it at once.
 */
final class Night {

  private static final int FIRST_HOUR = 2;
  private static final int MINUTES = 120;

  private Night() {}

  /**
   * Whether the minute of this endpoint has come since then.
   *
   * @param since epoch milliseconds
   */
  static boolean hasPassed(String endpointId, long since, Clock clock) {
    ZonedDateTime now = clock.instant().atZone(clock.getZone());
    LocalTime minute =
        LocalTime.of(FIRST_HOUR, 0).plusMinutes(Math.floorMod(endpointId.hashCode(), MINUTES));
    ZonedDateTime today = now.with(minute);
    ZonedDateTime last = today.isAfter(now) ? today.minusDays(1) : today;
    return last.toInstant().isAfter(Instant.ofEpochMilli(since));
  }
}
