package com.abilian.sbe.scim.store;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * "This may differ at that endpoint": ids only.
 *
 * @param id sorts by time of creation (UUID version 7)
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

  /** A walk over a whole realm must not delay the change that somebody makes meanwhile. */
  public enum Priority {
    LIVE,
    WALK
  }

  private static final SecureRandom RANDOM = new SecureRandom();

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
        timeOrderedId(now), realmId, endpointId, priority, kind, resourceId, memberId, cause, now);
  }

  private static String timeOrderedId(long now) {
    long high = now << 16 | 0x7000L | RANDOM.nextLong() & 0x0FFFL;
    long low = RANDOM.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
