package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.store.Link;

/**
 * What became of one piece of work.
 *
 * @param before the link as it was
 * @param after the link to store; null where the resource was removed, or nothing was tried
 */
record Outcome(Work work, Kind kind, Link before, Link after) {

  enum Kind {
    PUSHED,
    REMOVED,
    FAILED,
    /** The endpoint closed, or time was up: its marks stay. */
    UNTRIED
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

  /** The receiver has a person anew whom groups may have been pushed without. */
  boolean joinsLate() {
    return kind == Kind.PUSHED
        && (before.remoteId() == null
            ? before.attempts() > 0
            : !before.remoteId().equals(after.remoteId()));
  }
}
