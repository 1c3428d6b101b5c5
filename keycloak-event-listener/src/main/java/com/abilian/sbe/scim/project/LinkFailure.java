package com.abilian.sbe.scim.project;

/**
 * How the last attempts failed.
 *
 * @param attempts how many failed in a row
 * @param notBefore when to try again; null where no retry is due
 * @param dirtySince since when the receiver lags behind; null where it does not
 * @param stillInSince since when somebody has access, or is in the group, who should not, and the
 *     receiver does not take them out; null where it does
 * @param status of the last answer, or null
 * @param error status and SCIM error type of the last refusal, never its text
 */
public record LinkFailure(
    int attempts,
    Long notBefore,
    Long dirtySince,
    Long stillInSince,
    Integer status,
    String error) {

  /** Nothing failed since the last success. */
  public static final LinkFailure NONE = new LinkFailure(0, null, null, null, null, null);

  /** Not tried again by itself. */
  LinkFailure waiting() {
    return new LinkFailure(attempts, null, dirtySince, stillInSince, status, error);
  }

  LinkFailure again(Long retryAt, long since, boolean stillIn, Integer newStatus, String newError) {
    return new LinkFailure(
        attempts + 1,
        retryAt,
        first(dirtySince, since),
        stillIn ? first(stillInSince, since) : null,
        newStatus,
        newError);
  }

  private static Long first(Long known, long now) {
    return known == null ? Long.valueOf(now) : known;
  }
}
