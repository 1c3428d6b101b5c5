package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;

/**
 * What became of one task.
 *
 * @param before the link as it is stored
 * @param after the link to store; null where there is none to be, or none is to be changed
 * @param members what was accepted of a group's membership; null where nothing was sent of it
 */
record Outcome(Task task, Kind kind, Link before, Link after, AcceptedMembers members) {

  enum Kind {
    PUSHED,
    REMOVED,
    FAILED,
    /** The endpoint failed: the marks stay. */
    NOT_ATTEMPTED,
    /** Nothing was sent: the marks stay, and the link becomes what it was before. */
    NOT_BEGUN
  }

  static Outcome pushed(Task task, Link before, Link after) {
    return new Outcome(task, Kind.PUSHED, before, after, null);
  }

  static Outcome removed(Task task, Link before) {
    return new Outcome(task, Kind.REMOVED, before, null, null);
  }

  static Outcome failed(Task task, Link before, Link after) {
    return new Outcome(task, Kind.FAILED, before, after, null);
  }

  static Outcome notAttempted(Task task, Link before) {
    return new Outcome(task, Kind.NOT_ATTEMPTED, before, null, null);
  }

  static Outcome notBegun(Task task, Link before, Link after) {
    return new Outcome(task, Kind.NOT_BEGUN, before, after, null);
  }

  /**
   * The same, once it is known whether something that was sent may still arrive.
   *
   * @param lookAt when to look again; null where everything has arrived
   * @param now epoch milliseconds
   */
  Outcome lookingAt(Long lookAt, long now) {
    return switch (kind) {
      case PUSHED -> with(after.lookingAt(lookAt));
      case FAILED -> with(after.lookingAt(again(lookAt, now)));
      case REMOVED -> with(gone(lookAt, now));
      case NOT_ATTEMPTED, NOT_BEGUN -> this;
    };
  }

  private Outcome with(Link stored) {
    return new Outcome(task, kind, before, stored, members);
  }

  /** The same; these members were accepted with it, if it was. */
  Outcome accepting(AcceptedMembers some) {
    return kind == Kind.PUSHED ? new Outcome(task, kind, before, after, some) : this;
  }

  /** A look that was due and failed waits as the delivery does. */
  private Long again(Long lookAt, long now) {
    if (lookAt == null || lookAt > now) {
      return lookAt;
    }
    Long retryAt = after.failure().notBefore();
    return retryAt == null ? Long.valueOf(now + Subject.GRACE.toMillis()) : retryAt;
  }

  /** The link of a removed resource whose create may still arrive; null where none may. */
  private Link gone(Long lookAt, long now) {
    long created = before.lastOkAt() == null ? 0 : before.lastOkAt() + Subject.GRACE.toMillis();
    long until = Math.max(created, lookAt == null ? 0 : lookAt);
    return until > now ? before.gone(until) : null;
  }

  /** Whether it is still to be done. */
  boolean waits() {
    return kind == Kind.NOT_ATTEMPTED || kind == Kind.NOT_BEGUN;
  }

  /** Whether the receiver accepted it. */
  boolean isDelivered() {
    return kind == Kind.PUSHED || kind == Kind.REMOVED;
  }

  /** Whether the receiver has accepted all that was wanted: more than a temporary name. */
  boolean isSettled() {
    return kind == Kind.REMOVED || kind == Kind.PUSHED && after.pushed().hash() != null;
  }

  /** Whether the receiver no longer has the resource under the id that it had. */
  boolean losesRemoteId() {
    boolean attempted = !waits() && before.remoteId() != null;
    return attempted && (after == null || !before.remoteId().equals(after.remoteId()));
  }

  /** Whether the receiver now has a user under a new id whom it may have missed in groups. */
  boolean joinsLate() {
    return kind == Kind.PUSHED
        && before.type() == ResourceType.USER
        && (before.remoteId() == null
            ? before.attempts() > 0
            : !before.remoteId().equals(after.remoteId()));
  }
}
