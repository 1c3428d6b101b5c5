package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.store.EndpointStore.State;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

  private static final EndpointFault DOWN = new EndpointFault(false, "down", null);

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker = new CircuitBreaker(clock, new Random(1));

  private void probeAfter(long seconds) {
    clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertFalse(breaker.probeDue(), "too early");
    clock.advance(Duration.ofMillis(1));
    assertTrue(breaker.probeDue(), "due");
  }

  @Test
  void faultOfTheEndpointClosesItAtOnce() {
    breaker.fault(DOWN);
    assertTrue(breaker.isTripped());
    assertEquals(State.RETRYING, breaker.report().state());
    assertEquals("down", breaker.report().reason());
  }

  @Test
  void whatNeedsAnOperatorIsPausedButStillProbed() {
    breaker.fault(new EndpointFault(true, "401", null));
    assertEquals(State.PAUSED, breaker.report().state());
    probeAfter(1);
  }

  @Test
  void delaysDoubleUpToHalfAMinute() {
    for (long seconds : new long[] {1, 2, 4, 5, 5}) {
      breaker.fault(DOWN);
      probeAfter(seconds);
    }
  }

  @Test
  void severalRequestsThatMeetOneOutageCountOnce() {
    breaker.fault(DOWN);
    breaker.fault(DOWN);
    breaker.fault(DOWN);
    assertEquals(1, breaker.report().attempts());
    probeAfter(1);
  }

  @Test
  void honoursRetryAfterWithinReason() {
    breaker.fault(new EndpointFault(false, "429", Duration.ofSeconds(7)));
    probeAfter(7);
    breaker.fault(new EndpointFault(false, "429", Duration.ofDays(1)));
    probeAfter(300);
  }

  @Test
  void retryAfterNeverShortensTheDelay() {
    for (long seconds : new long[] {1, 2, 4}) {
      breaker.fault(new EndpointFault(false, "503", Duration.ZERO));
      probeAfter(seconds);
      breaker.probed();
    }
  }

  @Test
  void probeReopensButOnlyAnAcceptedResourceResetsTheDelay() {
    breaker.fault(DOWN);
    probeAfter(1);
    breaker.probed();
    assertFalse(breaker.isTripped());
    assertEquals(State.RETRYING, breaker.report().state());
    breaker.fault(DOWN);
    probeAfter(2);
    breaker.probed();
    breaker.succeeded("USER ok");
    assertEquals(State.OK, breaker.report().state());
    assertNull(breaker.report().reason());
    breaker.fault(DOWN);
    probeAfter(1);
  }

  @Test
  void nothingLeftToSendIsRecoveryToo() {
    breaker.fault(DOWN);
    breaker.idle();
    assertTrue(breaker.isTripped());
    probeAfter(1);
    breaker.probed();
    breaker.idle();
    assertEquals(State.OK, breaker.report().state());
  }

  private static EndpointFault answered(int status) {
    return EndpointFault.answered(status == 403, "answered " + status, null, status);
  }

  @Test
  void faultThatOneResourceMeetsAgainAfterAProbeIsItsOwn() {
    assertFalse(breaker.fault(answered(403), "USER 1"));
    assertTrue(breaker.isTripped());
    assertFalse(breaker.fault(answered(403), "USER 1"), "no probe was answered yet");
    probeAfter(1);
    breaker.probed();
    assertTrue(breaker.fault(answered(403), "USER 1"));
    assertFalse(breaker.isTripped());
    assertFalse(breaker.fault(answered(403), "USER 2"));
    assertTrue(breaker.isTripped());
  }

  @Test
  void endpointThatForbidsAllItIsSentStaysPaused() {
    breaker.fault(answered(403), "USER 1");
    probeAfter(1);
    breaker.probed();
    assertTrue(breaker.fault(answered(403), "USER 1"));
    breaker.failed("USER 1", 1, "answered 403");
    breaker.idle();
    assertEquals(State.PAUSED, breaker.report().state());
    assertEquals("answered 403", breaker.report().reason());
    breaker.succeeded("USER ok");
    assertEquals(State.OK, breaker.report().state());
  }

  @Test
  void faultThatIsNoAnswerIsNeverTheResources() {
    for (int i = 0; i < 3; i++) {
      assertFalse(breaker.fault(DOWN, "USER 1"));
      breaker.probed();
    }
  }

  @Test
  void resourceThatWasAcceptedMeetsTheNextOutageAsAnyOther() {
    breaker.fault(answered(503), "USER 1");
    breaker.probed();
    breaker.succeeded("USER 1");
    assertFalse(breaker.fault(answered(503), "USER 1"));
    assertTrue(breaker.isTripped());
  }

  @Test
  void threeDifferentResourcesInARowCloseIt() {
    breaker.failed("USER 1", 1, "500");
    breaker.failed("USER 2", 1, "500");
    breaker.idle();
    assertFalse(breaker.isTripped());
    breaker.failed("USER 3", 1, "500");
    assertTrue(breaker.isTripped());
  }

  @Test
  void oneBadResourceNeverClosesIt() {
    for (int i = 0; i < 10; i++) {
      breaker.failed("USER 1", 1, "500");
    }
    assertFalse(breaker.isTripped());
  }

  @Test
  void successBetweenFailuresIsNoOutage() {
    for (int i = 0; i < 10; i++) {
      breaker.failed("USER " + i, 1, "500");
      breaker.succeeded("USER ok");
    }
    assertFalse(breaker.isTripped());
  }

  @Test
  void whoFailsWhileOthersAreAcceptedNeverClosesIt() {
    for (int i = 1; i < 10; i++) {
      breaker.failed("USER 1", i, "500");
      breaker.failed("USER 2", i, "500");
      breaker.succeeded("USER ok");
      breaker.failed("USER 3", i, "500");
    }
    assertFalse(breaker.isTripped());
  }

  @Test
  void whoFailsWithNothingAcceptedSinceWaitsHalfAMinuteAtMost() {
    for (int attempt = 1; attempt < 40; attempt++) {
      Duration delay = breaker.failed("USER 1", attempt, "500");
      assertTrue(delay.toSeconds() <= 5, attempt + ": " + delay);
    }
  }

  @Test
  void whoFailsAfterOthersWereAcceptedWaitsLongerAndLonger() {
    breaker.failed("USER 1", 1, "500");
    breaker.succeeded("USER ok");
    assertTrue(breaker.failed("USER 1", 2, "500").toSeconds() <= 5);
    Duration last = Duration.ZERO;
    for (int attempt = 3; attempt < 15; attempt++) {
      last = breaker.failed("USER 1", attempt, "500");
    }
    assertTrue(last.toMinutes() >= 10, last.toString());
  }

  @Test
  void whoIsAcceptedIsNoLongerAtFault() {
    breaker.failed("USER 1", 1, "500");
    breaker.succeeded("USER ok");
    breaker.succeeded("USER 1");
    for (int attempt = 1; attempt < 20; attempt++) {
      assertTrue(breaker.failed("USER 1", attempt, "500").toSeconds() <= 5);
    }
  }

  @Test
  void onlyAFaultOfTheEndpointIsAnOutage() {
    for (int i = 0; i < 3; i++) {
      breaker.failed("USER " + i, 1, "500");
    }
    assertTrue(breaker.isTripped());
    assertFalse(breaker.probed());
    breaker.fault(DOWN);
    assertTrue(breaker.probed());
    assertFalse(breaker.probed());
  }

  @Test
  void suspicionThatAProbeConfirmsIsAnOutage() {
    for (int i = 0; i < 3; i++) {
      breaker.failed("USER " + i, 1, "500");
    }
    breaker.fault(DOWN);
    assertTrue(breaker.probed());
  }

  @Test
  void resourceDelaysGrowToAQuarterOfAnHourAndScatterDownwards() {
    Random random = new Random(1);
    for (int attempt = 1; attempt < 40; attempt++) {
      long full = (long) Math.min(5_000 * Math.pow(2, attempt - 1), 900_000);
      long delay = Backoff.RESOURCE.delay(attempt, random).toMillis();
      assertTrue(delay <= full && delay >= full * 0.7, attempt + ": " + delay);
    }
  }
}
