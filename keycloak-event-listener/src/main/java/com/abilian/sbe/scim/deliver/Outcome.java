package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;

/**
 * What became of one task.
 *
 * @param before the link as it is stored
 * @param after the link to store; null where there is none to be, or none is to be changed
 */
record Outcome(Task task, Kind kind, Link before, Link after) {

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
    return new Outcome(task, Kind.PUSHED, before, after);
  }

  static Outcome removed(Task task, Link before) {
    return new Outcome(task, Kind.REMOVED, before, null);
  }

  static Outcome failed(Task task, Link before, Link after) {
    return new Outcome(task, Kind.FAILED, before, after);
  }

  static Outcome notAttempted(Task task, Link before) {
    return new Outcome(task, Kind.NOT_ATTEMPTED, before, null);
  }

  static Outcome notBegun(Task task, Link before, Link after) {
    return new Outcome(task, Kind.NOT_BEGUN, before, after);
  }

  /** Whether it is still to be done. */
  boolean waits() {
    return kind == Kind.NOT_ATTEMPTED || kind == Kind.NOT_BEGUN;
  }

  /** Whether the receiver accepted it. */
  boolean isDelivered() {
    return kind == Kind.PUSHED || kind == Kind.REMOVED;
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
