package com.abilian.sbe.scim.reconcile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the passes over one realm have found. Each difference is told once. What Keycloak no longer
 * has is told at the end of a pass, so that it is judged as a whole.
 */
final class Findings {

  /** Found by the last pass or this one, and told. */
  private Set<Difference> known = new HashSet<>();

  /** Found by this pass, and told. */
  private Set<Difference> again = new HashSet<>();

  private final List<Difference> gone = new ArrayList<>();

  /**
   * Takes the differences of a page.
   *
   * @return those to be told now
   */
  List<Difference> take(List<Difference> page) {
    List<Difference> told = new ArrayList<>();
    for (Difference difference : page) {
      boolean seen = known.contains(difference);
      if (seen || !difference.isRemoval()) {
        again.add(difference);
      }
      if (!seen && difference.isRemoval()) {
        gone.add(difference);
      } else if (!seen) {
        told.add(difference);
      }
    }
    known.addAll(told);
    return told;
  }

  /** What is gone and was not told yet. */
  List<Difference> gone() {
    return List.copyOf(gone);
  }

  /** These are told, or held. */
  void told(List<Difference> removals) {
    again.addAll(removals);
  }

  /** The pass begins anew: what it has found so far stays known. */
  void restartPass() {
    gone.clear();
  }

  /** The pass is over; what it did not find again is as it should be. */
  void endPass() {
    known = again;
    again = new HashSet<>();
    gone.clear();
  }
}
