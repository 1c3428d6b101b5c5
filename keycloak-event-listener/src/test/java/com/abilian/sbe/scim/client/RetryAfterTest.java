package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "' 120 ',120",
    "999999999,999999999",
    "'Sun, 01 Mar 2026 12:01:00 GMT',60",
    "'Sun, 01 Mar 2026 11:59:00 GMT',0"
  })
  void secondsAndDatesAreRead(String value, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), RetryAfter.parse(value, NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "soon", "-1", "1.5", "9999999999", "+5", "Sun, 31 Feb 2026 12:00:00 GMT"})
  void anythingElseIsAsIfTheReceiverHadNotSaid(String value) {
    assertNull(RetryAfter.parse(value, NOW));
  }

  @Test
  void dateFarAwayIsNoFailure() {
    Duration asked = RetryAfter.parse("Fri, 31 Dec 9999 23:59:59 GMT", NOW);
    assertEquals(Instant.parse("9999-12-31T23:59:59Z"), NOW.plus(asked));
  }
}
