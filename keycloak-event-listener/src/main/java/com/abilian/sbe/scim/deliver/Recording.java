package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to store of a round's outcomes.
 *
 * @param done ids of marks whose tasks are all done
 * @param lateMembers users who may be missing in groups at the receiver
 * @param delivered whether the receiver accepted anything
 */
record Recording(
    Set<String> done,
    List<Link> saved,
    List<Link> removed,
    Set<String> lateMembers,
    boolean delivered) {

  /**
   * @param deferred ids of marks that led to other groups too, which wait
   */
  static Recording of(List<Outcome> outcomes, Set<String> deferred) {
    List<Link> saved = new ArrayList<>();
    List<Link> removed = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      switch (outcome.kind()) {
        case PUSHED, FAILED, NOT_BEGUN -> {
          if (outcome.after() == null) {
            removed.add(outcome.before());
          } else if (!outcome.after().equals(outcome.before())) {
            saved.add(outcome.after());
          }
        }
        case REMOVED -> {
          if (outcome.after() == null) {
            removed.add(outcome.before());
          } else {
            saved.add(outcome.after());
          }
        }
        case NOT_ATTEMPTED -> {}
      }
    }
    return new Recording(
        done(outcomes, deferred),
        saved,
        removed,
        outcomes.stream()
            .filter(Outcome::joinsLate)
            .map(outcome -> outcome.after().resourceId())
            .collect(Collectors.toSet()),
        outcomes.stream().anyMatch(Outcome::isDelivered));
  }

  /** Whether nothing has to be stored. */
  boolean isEmpty() {
    return done.isEmpty() && saved.isEmpty() && removed.isEmpty() && !delivered;
  }

  private static Set<String> done(List<Outcome> outcomes, Set<String> deferred) {
    Set<String> done = new HashSet<>();
    Set<String> kept = new HashSet<>(deferred);
    for (Outcome outcome : outcomes) {
      (outcome.waits() ? kept : done).addAll(outcome.task().marks());
    }
    done.removeAll(kept);
    return done;
  }
}
