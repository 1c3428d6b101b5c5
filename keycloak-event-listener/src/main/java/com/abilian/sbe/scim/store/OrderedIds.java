package com.abilian.sbe.scim.store;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Ids that sort by when they were made: UUID version 7. */
final class OrderedIds {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** The last id's time: 48 bits of milliseconds, 12 that count within one. */
  private static final AtomicLong LAST = new AtomicLong();

  private OrderedIds() {}

  /**
   * Of two ids of one server the later one is the greater (RFC 9562 §6.2, method 1).
   *
   * @param now epoch milliseconds
   */
  static String next(long now) {
    long time = LAST.updateAndGet(last -> Math.max(last + 1, now << 12));
    long high = time >>> 12 << 16 | 0x7000L | time & 0x0FFFL;
    long low = RANDOM.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
