package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.store.Link;

/**
 * What became of one piece of work.
 *
 * @param before the link as it is stored
 * @param after the link to store; null where there is none to be, or none is to be changed
 */
record Outcome(Work work, Kind kind, Link before, Link after) {

  enum Kind {
    PUSHED,
    REMOVED,
    FAILED,
    /** The endpoint failed: its marks stay. */
    UNTRIED,
    /** Nothing was sent: its marks stay, and its link becomes what it was before. */
    NOT_BEGUN
  }

  static Outcome pushed(Work work, Link before, Link after) {
    return new Outcome(work, Kind.PUSHED, before, after);
  }

  static Outcome removed(Work work, Link before) {
    return new Outcome(work, Kind.REMOVED, before, null);
  }

  static Outcome failed(Work work, Link before, Link after) {
    return new Outcome(work, Kind.FAILED, before, after);
  }

  static Outcome untried(Work work, Link before) {
    return new Outcome(work, Kind.UNTRIED, before, null);
  }

  static Outcome notBegun(Work work, Link before, Link after) {
    return new Outcome(work, Kind.NOT_BEGUN, before, after);
  }

  /** Whether it is still to be done. */
  boolean waits() {
    return kind == Kind.UNTRIED || kind == Kind.NOT_BEGUN;
  }

  /** The receiver has a person anew whom groups may have been pushed without. */
  boolean joinsLate() {
    return kind == Kind.PUSHED
        && (before.remoteId() == null
            ? before.attempts() > 0
            : !before.remoteId().equals(after.remoteId()));
  }
}
