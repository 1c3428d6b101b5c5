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

/** Marks and due retries, gathered by resource: many marks of one resource are one task. */
final class Batch {

  private final Map<String, Task> users = new LinkedHashMap<>();
  private final Map<String, Task> groups = new LinkedHashMap<>();
  private final List<Mark> trees = new ArrayList<>();
  private final List<Mark> fullSyncs = new ArrayList<>();
  private final Set<String> nothingToDo = new LinkedHashSet<>();
  private final Set<String> deferred = new LinkedHashSet<>();

  Batch(Collection<Mark> marks, Collection<Link> due) {
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
        case REALM -> fullSyncs.add(mark);
        case ROLE -> nothingToDo.add(mark.id());
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
    return users.isEmpty() && !concernsGroups() && fullSyncs.isEmpty() && nothingToDo.isEmpty();
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
        nothingToDo.add(mark.id());
      }
    }
  }

  /** Has nothing done about these; a mark of a tree may have led to other groups too. */
  void leaveGroups(Set<String> ids) {
    Set<String> left = new LinkedHashSet<>();
    ids.stream().filter(groups::containsKey).forEach(id -> left.addAll(groups.remove(id).marks()));
    groups.values().forEach(task -> left.removeAll(task.marks()));
    nothingToDo.addAll(left);
  }

  /** Keeps the first {@code limit} groups that are pushed whole; the others wait. */
  void limitWholeGroups(int limit) {
    int[] seen = {0};
    groups
        .values()
        .removeIf(
            task -> {
              boolean later = task.whole() && ++seen[0] > limit;
              if (later) {
                deferred.addAll(task.marks());
              }
              return later;
            });
  }

  Task user(String id) {
    return users.computeIfAbsent(id, key -> new Task());
  }

  private Task group(String id) {
    return groups.computeIfAbsent(id, key -> new Task());
  }

  Map<String, Task> users() {
    return users;
  }

  Map<String, Task> groups() {
    return groups;
  }

  /** REALM marks. */
  List<Mark> fullSyncs() {
    return fullSyncs;
  }

  /** Marks that need nothing done. */
  Set<String> nothingToDo() {
    return nothingToDo;
  }

  /** Marks that led to groups which wait for a later round: one of a tree leads to many. */
  Set<String> deferred() {
    return deferred;
  }
}
