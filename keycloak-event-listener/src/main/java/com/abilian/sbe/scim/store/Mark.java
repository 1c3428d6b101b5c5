package com.abilian.sbe.scim.store;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * "This may differ at that endpoint": ids only.
 *
 * @param id sorts by order of creation (UUID version 7)
 * @param memberId the user of a MEMBER mark, else null
 * @param createdAt epoch milliseconds
 */
public record Mark(
    String id,
    String realmId,
    String endpointId,
    Priority priority,
    MarkKind kind,
    String resourceId,
    String memberId,
    String cause,
    long createdAt) {

  /** Live changes come before a full sync; what asks for a comparison is no delivery's business. */
  public enum Priority {
    LIVE,
    FULL_SYNC,
    COMPARISON
  }

  private static final SecureRandom RANDOM = new SecureRandom();

  /** The last mark's time: 48 bits of milliseconds, 12 that count within one. */
  private static final AtomicLong LAST = new AtomicLong();

  public static Mark of(
      String realmId,
      String endpointId,
      Priority priority,
      MarkKind kind,
      String resourceId,
      String memberId,
      String cause) {
    long now = System.currentTimeMillis();
    return new Mark(
        nextId(now), realmId, endpointId, priority, kind, resourceId, memberId, cause, now);
  }

  /** Of two marks of one server the later one has the greater id (RFC 9562 §6.2, method 1). */
  private static String nextId(long now) {
    long time = LAST.updateAndGet(last -> Math.max(last + 1, now << 12));
    long high = time >>> 12 << 16 | 0x7000L | time & 0x0FFFL;
    long low = RANDOM.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
