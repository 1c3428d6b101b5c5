package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.store.Mark;
import java.util.LinkedHashSet;
import java.util.Set;

/** Everything that a round knows to do about one user or group. */
final class Task {

  private final Set<String> marks = new LinkedHashSet<>();
  private final Set<String> members = new LinkedHashSet<>();
  private long since = Long.MAX_VALUE;
  private boolean whole;

  void because(Mark mark) {
    marks.add(mark.id());
    since = Math.min(since, mark.createdAt());
  }

  /** The ids of the marks that led to it. */
  Set<String> marks() {
    return marks;
  }

  /** Since when it waits, epoch milliseconds; {@code otherwise} where no mark tells. */
  long since(long otherwise) {
    return Math.min(since, otherwise);
  }

  /** Users whose membership of this group may differ. */
  Set<String> members() {
    return members;
  }

  /** Whether the group's whole membership may differ. */
  boolean whole() {
    return whole;
  }

  void makeWhole() {
    whole = true;
  }
}
