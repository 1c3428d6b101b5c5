package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.abilian.sbe.scim.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachedTokenTest {

  private final ManualClock clock = new ManualClock();
  private int issued;
  private final CachedToken tokens =
      new CachedToken(
          () -> new CachedToken.Issued("t" + ++issued, clock.instant().plusSeconds(300)), clock);

  @Test
  void keepsATokenUntilHalfAMinuteBeforeItsEnd() throws EndpointFault {
    assertEquals("t1", tokens.token());
    clock.advance(Duration.ofSeconds(269));
    assertEquals("t1", tokens.token());
    clock.advance(Duration.ofSeconds(1));
    assertEquals("t2", tokens.token());
  }

  @Test
  void aRefusedTokenIsReplacedOnceWhoeverSaysSo() throws EndpointFault {
    String first = tokens.token();
    tokens.refused(first);
    assertEquals("t2", tokens.token());
    tokens.refused(first);
    assertEquals("t2", tokens.token());
  }

  @Test
  void aShortTokenIsKeptForHalfItsLife() throws EndpointFault {
    CachedToken brief =
        new CachedToken(
            () -> new CachedToken.Issued("b" + ++issued, clock.instant().plusSeconds(20)), clock);
    assertEquals("b1", brief.token());
    clock.advance(Duration.ofSeconds(9));
    assertEquals("b1", brief.token());
    clock.advance(Duration.ofSeconds(1));
    assertEquals("b2", brief.token());
  }

  @Test
  void whoWaitsForAnAttemptThatFailsDoesNotMakeAnother() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger attempts = new AtomicInteger();
    CachedToken failing =
        new CachedToken(
            () -> {
              attempts.incrementAndGet();
              asked.countDown();
              await(released);
              throw new EndpointFault(false, "away", null);
            },
            clock);
    List<Thread> threads = new ArrayList<>();
    AtomicInteger failed = new AtomicInteger();
    Runnable ask =
        () -> {
          try {
            failing.token();
          } catch (EndpointFault away) {
            failed.incrementAndGet();
          }
        };
    threads.add(new Thread(ask));
    threads.get(0).start();
    await(asked);
    for (int i = 0; i < 3; i++) {
      Thread waiting = new Thread(ask);
      threads.add(waiting);
      waiting.start();
      while (waiting.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
    }
    released.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(4, failed.get());
    assertEquals(1, attempts.get());
    assertThrows(EndpointFault.class, failing::token);
    assertEquals(2, attempts.get(), "who comes later asks again");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }
}
