package com.abilian.sbe.scim.reconcile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the passes over one realm have found. Each difference is told once. What Keycloak no longer
 * has is told at the end of a pass, and only where it is a handful: that many people vanish by an
 * accident, and nobody asked for it.
 */
final class Findings {

  private static final int HANDFUL = 3;
  private static final int MOST = 50;

  /** Found by the last pass or this one, and told. */
  private Set<Difference> known = new HashSet<>();

  /** Found by this pass, and told. */
  private Set<Difference> again = new HashSet<>();

  private final List<Difference> gone = new ArrayList<>();
  private int links;

  /**
   * Takes the differences of a page.
   *
   * @param compared how many links were looked at
   * @return those to be told now
   */
  List<Difference> take(List<Difference> page, int compared) {
    links += compared;
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

  /** Whether so many resources may be removed though nothing told of it. */
  boolean mayRemove(int number) {
    return number <= Math.max(HANDFUL, Math.min(MOST, links / 100));
  }

  /** These are told after all. */
  void told(List<Difference> removals) {
    again.addAll(removals);
  }

  /** The pass begins anew: what it has found so far stays known. */
  void restartPass() {
    gone.clear();
    links = 0;
  }

  /** The pass is over; what it did not find again is as it should be. */
  void endPass() {
    known = again;
    again = new HashSet<>();
    gone.clear();
    links = 0;
  }
}
