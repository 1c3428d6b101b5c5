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

class EndpointHealthTest {

  private static final EndpointFault DOWN = new EndpointFault(false, "down", null);

  private final ManualClock clock = new ManualClock();
  private final EndpointHealth health = new EndpointHealth(clock, new Random(1));

  private void probeAfter(long seconds) {
    clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertFalse(health.probeDue(), "too early");
    clock.advance(Duration.ofMillis(1));
    assertTrue(health.probeDue(), "due");
  }

  @Test
  void faultOfTheEndpointClosesItAtOnce() {
    health.fault(DOWN);
    assertFalse(health.open());
    assertEquals(State.RETRYING, health.report().state());
    assertEquals("down", health.report().reason());
  }

  @Test
  void whatNeedsAnOperatorIsPausedButStillProbed() {
    health.fault(new EndpointFault(true, "401", null));
    assertEquals(State.PAUSED, health.report().state());
    probeAfter(1);
  }

  @Test
  void delaysDoubleUpToHalfAMinute() {
    for (long seconds : new long[] {1, 2, 4, 8, 16, 30, 30}) {
      health.fault(DOWN);
      probeAfter(seconds);
    }
  }

  @Test
  void severalRequestsThatMeetOneOutageCountOnce() {
    health.fault(DOWN);
    health.fault(DOWN);
    health.fault(DOWN);
    assertEquals(1, health.report().attempts());
    probeAfter(1);
  }

  @Test
  void honoursRetryAfterWithinReason() {
    health.fault(new EndpointFault(false, "429", Duration.ofSeconds(7)));
    probeAfter(7);
    health.fault(new EndpointFault(false, "429", Duration.ofDays(1)));
    probeAfter(300);
  }

  @Test
  void retryAfterNeverShortensTheDelay() {
    for (long seconds : new long[] {1, 2, 4}) {
      health.fault(new EndpointFault(false, "503", Duration.ZERO));
      probeAfter(seconds);
      health.probed();
    }
  }

  @Test
  void probeReopensButOnlyAnAcceptedResourceResetsTheDelay() {
    health.fault(DOWN);
    probeAfter(1);
    health.probed();
    assertTrue(health.open());
    assertEquals(State.RETRYING, health.report().state());
    health.fault(DOWN);
    probeAfter(2);
    health.probed();
    health.succeeded("USER ok");
    assertEquals(State.OK, health.report().state());
    assertNull(health.report().reason());
    health.fault(DOWN);
    probeAfter(1);
  }

  @Test
  void nothingLeftToSendIsRecoveryToo() {
    health.fault(DOWN);
    health.idle();
    assertFalse(health.open());
    probeAfter(1);
    health.probed();
    health.idle();
    assertEquals(State.OK, health.report().state());
  }

  private static EndpointFault answered(int status) {
    return EndpointFault.answered(status == 403, "answered " + status, null, status);
  }

  @Test
  void faultThatOneResourceMeetsAgainAfterAProbeIsItsOwn() {
    assertFalse(health.fault(answered(403), "USER 1"));
    assertFalse(health.open());
    assertFalse(health.fault(answered(403), "USER 1"), "no probe was answered yet");
    probeAfter(1);
    health.probed();
    assertTrue(health.fault(answered(403), "USER 1"));
    assertTrue(health.open());
    assertFalse(health.fault(answered(403), "USER 2"));
    assertFalse(health.open());
  }

  @Test
  void endpointThatForbidsAllItIsSentStaysPaused() {
    health.fault(answered(403), "USER 1");
    probeAfter(1);
    health.probed();
    assertTrue(health.fault(answered(403), "USER 1"));
    health.failed("USER 1", 1, "answered 403");
    health.idle();
    assertEquals(State.PAUSED, health.report().state());
    assertEquals("answered 403", health.report().reason());
    health.succeeded("USER ok");
    assertEquals(State.OK, health.report().state());
  }

  @Test
  void faultThatIsNoAnswerIsNeverTheResources() {
    for (int i = 0; i < 3; i++) {
      assertFalse(health.fault(DOWN, "USER 1"));
      health.probed();
    }
  }

  @Test
  void resourceThatWasAcceptedMeetsTheNextOutageAsAnyOther() {
    health.fault(answered(503), "USER 1");
    health.probed();
    health.succeeded("USER 1");
    assertFalse(health.fault(answered(503), "USER 1"));
    assertFalse(health.open());
  }

  @Test
  void threeDifferentResourcesInARowCloseIt() {
    health.failed("USER 1", 1, "500");
    health.failed("USER 2", 1, "500");
    health.idle();
    assertTrue(health.open());
    health.failed("USER 3", 1, "500");
    assertFalse(health.open());
  }

  @Test
  void oneBadResourceNeverClosesIt() {
    for (int i = 0; i < 10; i++) {
      health.failed("USER 1", 1, "500");
    }
    assertTrue(health.open());
  }

  @Test
  void successBetweenFailuresIsNoOutage() {
    for (int i = 0; i < 10; i++) {
      health.failed("USER " + i, 1, "500");
      health.succeeded("USER ok");
    }
    assertTrue(health.open());
  }

  @Test
  void whoFailsWhileOthersAreAcceptedNeverClosesIt() {
    for (int i = 1; i < 10; i++) {
      health.failed("USER 1", i, "500");
      health.failed("USER 2", i, "500");
      health.succeeded("USER ok");
      health.failed("USER 3", i, "500");
    }
    assertTrue(health.open());
  }

  @Test
  void whoFailsWithNothingAcceptedSinceWaitsHalfAMinuteAtMost() {
    for (int attempt = 1; attempt < 40; attempt++) {
      Duration delay = health.failed("USER 1", attempt, "500");
      assertTrue(delay.toSeconds() <= 30, attempt + ": " + delay);
    }
  }

  @Test
  void whoFailsAfterOthersWereAcceptedWaitsLongerAndLonger() {
    health.failed("USER 1", 1, "500");
    health.succeeded("USER ok");
    assertTrue(health.failed("USER 1", 2, "500").toSeconds() <= 5);
    Duration last = Duration.ZERO;
    for (int attempt = 3; attempt < 15; attempt++) {
      last = health.failed("USER 1", attempt, "500");
    }
    assertTrue(last.toMinutes() >= 10, last.toString());
  }

  @Test
  void whoIsAcceptedIsNoLongerAtFault() {
    health.failed("USER 1", 1, "500");
    health.succeeded("USER ok");
    health.succeeded("USER 1");
    for (int attempt = 1; attempt < 20; attempt++) {
      assertTrue(health.failed("USER 1", attempt, "500").toSeconds() <= 30);
    }
  }

  @Test
  void onlyAFaultOfTheEndpointIsAnOutage() {
    for (int i = 0; i < 3; i++) {
      health.failed("USER " + i, 1, "500");
    }
    assertFalse(health.open());
    assertFalse(health.probed());
    health.fault(DOWN);
    assertTrue(health.probed());
    assertFalse(health.probed());
  }

  @Test
  void suspicionThatAProbeConfirmsIsAnOutage() {
    for (int i = 0; i < 3; i++) {
      health.failed("USER " + i, 1, "500");
    }
    health.fault(DOWN);
    assertTrue(health.probed());
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
