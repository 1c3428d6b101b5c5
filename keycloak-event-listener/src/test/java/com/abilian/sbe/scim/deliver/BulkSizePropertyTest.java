package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BulkSizePropertyTest {

  private static final int SECOND = 1_000;

  private final BulkSize size = new BulkSize();

  @Property
  void isBoundedWhateverTheBulksTook(@ForAll List<@LongRange(min = 0, max = 100_000) Long> millis) {
    for (long time : millis) {
      int before = size.now();
      size.took(before, Duration.ofMillis(time));
      assertTrue(size.now() >= 1 && size.now() <= BulkSize.MOST);
      assertTrue(size.now() <= 2 * before, "it grows step by step");
    }
  }

  @Property
  void endsWithinASecondOnceTheReceiverIsKnown(
      @ForAll @IntRange(min = 1, max = 3_000) int millisEach) {
    for (int i = 0; i < 10; i++) {
      size.took(size.now(), Duration.ofMillis((long) millisEach * size.now()));
    }
    assertTrue(size.now() == 1 || size.now() * millisEach <= SECOND);
    assertTrue(size.now() == BulkSize.MOST || (size.now() + 1) * millisEach > SECOND);
  }

  @Example
  void beginsAnewWhereNothingIsKnownAnyMore() {
    size.took(BulkSize.FIRST, Duration.ofSeconds(20));
    assertEquals(1, size.now());
    size.reset();
    assertEquals(BulkSize.FIRST, size.now());
  }
}
