package com.abilian.sbe.scim.store;

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
        OrderedIds.next(now),
        realmId,
        endpointId,
        priority,
        kind,
        resourceId,
        memberId,
        cause,
        now);
  }
}
