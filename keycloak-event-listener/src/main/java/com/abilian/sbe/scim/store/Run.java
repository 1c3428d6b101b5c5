package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.ResourceType;
import java.util.EnumMap;
import java.util.Map;

/**
 * One reconciliation of an endpoint. Times are epoch milliseconds.
 *
 * @param cause why it was asked for
 * @param dryRun whether it only tells what it would do
 * @param after the last user whom it has compared; empty before the first
 * @param startedAt null before its first step
 * @param dueAt when its next step is due; null for at once
 * @param endedAt null while it goes on
 * @param failure why it ended early: status and SCIM error type; null where it did not
 * @param held how many removals it found and did not make, because they are too many
 */
public record Run(
    String id,
    String endpointId,
    String realmId,
    String cause,
    boolean dryRun,
    Phase phase,
    String after,
    long createdAt,
    Long startedAt,
    Long dueAt,
    Long endedAt,
    String failure,
    Map<Action, Integer> counts,
    int held) {

  /** What is compared next. */
  public enum Phase {
    /** Users, page by page. */
    USERS,
    /** Groups, all at once. */
    GROUPS,
    /** What has to be removed, once nothing that was sent before can still arrive. */
    REMOVALS,
    ENDED
  }

  /** What is to be done about one resource. */
  public enum Action {
    /** The receiver does not have it. */
    CREATE,
    /** The receiver has it, and this connector does not know of it. */
    ADOPT,
    /** The receiver has it otherwise than it should be. */
    UPDATE,
    /** As UPDATE, of a user who may not log in. */
    DISABLE,
    /** Keycloak does not have it. */
    DELETE,
    /** The receiver has it from somebody else: nothing is done about it. */
    REPORT
  }

  /**
   * One resource with what is to be done about it.
   *
   * @param resourceId Keycloak's id; null where the receiver has none for it
   * @param remoteId null where the receiver does not have it
   */
  public record Item(Action action, ResourceType type, String resourceId, String remoteId) {}

  /** One that is asked for now. */
  public static Run of(String endpointId, String realmId, String cause, boolean dryRun) {
    long now = System.currentTimeMillis();
    return new Run(
        OrderedIds.next(now),
        endpointId,
        realmId,
        cause,
        dryRun,
        Phase.USERS,
        "",
        now,
        null,
        null,
        null,
        null,
        Map.of(),
        0);
  }

  public boolean hasEnded() {
    return phase == Phase.ENDED;
  }

  public int count(Action action) {
    return counts.getOrDefault(action, 0);
  }

  public Run startedAt(long now) {
    return startedAt == null ? at(phase, after, now, dueAt, endedAt, failure) : this;
  }

  /** The next step is this one. */
  public Run going(Phase next, String nextAfter, Long due) {
    return at(next, nextAfter, startedAt, due, endedAt, failure);
  }

  public Run ended(long now, String why) {
    return at(Phase.ENDED, after, startedAt, null, now, why);
  }

  private Run at(Phase next, String last, Long started, Long due, Long ended, String why) {
    return new Run(
        id,
        endpointId,
        realmId,
        cause,
        dryRun,
        next,
        last,
        createdAt,
        started,
        due,
        ended,
        why,
        counts,
        held);
  }

  /** With so many more of an action. */
  public Run and(Action action, int more) {
    Map<Action, Integer> sums = new EnumMap<>(Action.class);
    sums.putAll(counts);
    sums.merge(action, more, Integer::sum);
    return having(sums, held);
  }

  public Run holding(int removals) {
    return having(counts, removals);
  }

  private Run having(Map<Action, Integer> sums, int removals) {
    return new Run(
        id,
        endpointId,
        realmId,
        cause,
        dryRun,
        phase,
        after,
        createdAt,
        startedAt,
        dueAt,
        endedAt,
        failure,
        sums,
        removals);
  }
}
