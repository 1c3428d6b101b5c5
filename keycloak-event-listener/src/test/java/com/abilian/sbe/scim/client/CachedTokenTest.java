package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.ManualClock;
import java.time.Duration;
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
}
