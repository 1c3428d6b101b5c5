package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Mark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Marks and due retries, gathered by resource: many marks of one resource are one piece of work.
 */
final class Plan {

  private final Map<String, Work> users = new LinkedHashMap<>();
  private final Map<String, Work> groups = new LinkedHashMap<>();
  private final List<Mark> trees = new ArrayList<>();
  private final List<Mark> walks = new ArrayList<>();
  private final Set<String> settled = new LinkedHashSet<>();
  private final Set<String> deferred = new LinkedHashSet<>();

  Plan(Collection<Mark> marks, Collection<Link> due) {
    for (Mark mark : marks) {
      switch (mark.kind()) {
        case USER -> user(mark.resourceId()).because(mark);
        case GROUP -> {
          group(mark.resourceId()).because(mark);
          group(mark.resourceId()).makeWhole();
        }
        case MEMBER -> {
          group(mark.resourceId()).because(mark);
          group(mark.resourceId()).members().add(mark.memberId());
        }
        case GROUP_TREE -> trees.add(mark);
        case REALM -> walks.add(mark);
        case ROLE -> settled.add(mark.id());
      }
    }
    for (Link link : due) {
      if (link.type() == ResourceType.USER) {
        user(link.resourceId());
      } else {
        group(link.resourceId()).makeWhole();
      }
    }
  }

  boolean isEmpty() {
    return users.isEmpty() && !concernsGroups() && walks.isEmpty() && settled.isEmpty();
  }

  boolean concernsGroups() {
    return !groups.isEmpty() || !trees.isEmpty();
  }

  boolean concernsTrees() {
    return !trees.isEmpty();
  }

  /**
   * Turns marks of trees into work on each group: those that are there below the marked one, and,
   * where that one is gone, all that the receiver has and the realm has not.
   *
   * @param linked every group that the receiver has
   */
  void expand(GroupTree tree, Set<String> linked) {
    for (Mark mark : trees) {
      List<String> concerned = tree.subtree(mark.resourceId());
      if (concerned.isEmpty()) {
        concerned = linked.stream().filter(id -> !tree.contains(id)).toList();
      }
      concerned.forEach(id -> group(id).because(mark));
      if (concerned.isEmpty()) {
        settled.add(mark.id());
      }
    }
  }

  /** Has nothing done about these; a mark of a tree may have led to other groups too. */
  void leaveGroups(Set<String> ids) {
    Set<String> left = new LinkedHashSet<>();
    ids.stream().filter(groups::containsKey).forEach(id -> left.addAll(groups.remove(id).marks()));
    groups.values().forEach(work -> left.removeAll(work.marks()));
    settled.addAll(left);
  }

  /** Keeps the first {@code limit} groups that are pushed whole; the others wait. */
  void limitWholeGroups(int limit) {
    int[] seen = {0};
    groups
        .values()
        .removeIf(
            work -> {
              boolean later = work.whole() && ++seen[0] > limit;
              if (later) {
                deferred.addAll(work.marks());
              }
              return later;
            });
  }

  Work user(String id) {
    return users.computeIfAbsent(id, key -> new Work());
  }

  private Work group(String id) {
    return groups.computeIfAbsent(id, key -> new Work());
  }

  Map<String, Work> users() {
    return users;
  }

  Map<String, Work> groups() {
    return groups;
  }

  /** REALM marks. */
  List<Mark> walks() {
    return walks;
  }

  /** Marks that need nothing done. */
  Set<String> settled() {
    return settled;
  }

  /** Marks that led to groups which wait for a later pass: one of a tree leads to many. */
  Set<String> deferred() {
    return deferred;
  }
}
