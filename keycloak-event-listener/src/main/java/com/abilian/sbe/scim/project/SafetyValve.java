package com.abilian.sbe.scim.project;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which losses are an accident until somebody says that they are meant: those of a quarter
 * of an hour in which too many people and groups lose something. However many of their memberships
 * a person loses, it is one person.
 *
 * <p>Losses that somebody asked for one by one and losses that nobody asked for have limits of
 * their own. While some of the latter are held, all further ones are: the accident goes on.
 */
public final class SafetyValve {

  /** Losses that are further apart have nothing to do with each other. */
  public static final Duration WINDOW = Duration.ofMinutes(15);

  /** However many people there are. */
  public static final int MOST = 50;

  private static final int LEAST_UNASKED = 3;

  /** A share of fewer people than these would be nobody. */
  private static final int SMALL = 10;

  /** Fewer than any limit, however many people there are. */
  public static final int FEW = 2;

  private SafetyValve() {}

  /** How many may lose something in a quarter of an hour though nobody asked for it. */
  public static int unaskedLimit(int people) {
    return Math.max(LEAST_UNASKED, Math.min(MOST, people / 100));
  }

  /** How many may lose something in a quarter of an hour where somebody asked for each. */
  public static int askedLimit(int people) {
    return people < SMALL ? MOST : Math.min(MOST, people / 5);
  }

  /**
   * Which of some new losses are to be held.
   *
   * @param known of the same kind, which were let pass or are held, within the window of any of the
   *     new ones
   * @param next of one kind: either all asked for, or none
   * @param holding whether some of this kind are held, however long ago
   * @param people how many the receiver has, or had before these losses
   */
  public static Set<Loss> held(
      Collection<Loss> known, Collection<Loss> next, boolean holding, int people) {
    if (next.isEmpty()) {
      return Set.of();
    }
    boolean asked = next.iterator().next().cause().isAskedFor();
    if (holding && !asked) {
      return Set.copyOf(next);
    }
    List<Loss> all = new ArrayList<>(known);
    all.addAll(next);
    Set<Loss> crowded = crowded(all, asked ? askedLimit(people) : unaskedLimit(people));
    crowded.retainAll(Set.copyOf(next));
    return crowded;
  }

  /** Those in any window with more than {@code limit} people and groups. */
  private static Set<Loss> crowded(List<Loss> losses, int limit) {
    List<Loss> sorted = losses.stream().sorted(Comparator.comparingLong(Loss::at)).toList();
    Set<Loss> found = new HashSet<>();
    Map<Loss.Key, Integer> inside = new HashMap<>();
    int first = 0;
    int told = 0;
    for (int last = 0; last < sorted.size(); last++) {
      inside.merge(sorted.get(last).key().subject(), 1, Integer::sum);
      for (; sorted.get(last).at() - sorted.get(first).at() >= WINDOW.toMillis(); first++) {
        inside.computeIfPresent(
            sorted.get(first).key().subject(), (key, count) -> count == 1 ? null : count - 1);
      }
      if (inside.size() > limit) {
        told = Math.max(told, first);
        for (; told <= last; told++) {
          found.add(sorted.get(told));
        }
      }
    }
    return found;
  }
}
