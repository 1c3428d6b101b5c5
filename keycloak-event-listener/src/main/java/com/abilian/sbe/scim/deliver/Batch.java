package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Marks and due retries, gathered by resource: many marks of one resource are one task.
 *
 * @param trees marks of groups with everything below them: tasks once the realm's groups are read
 * @param fullSyncs marks of the whole realm
 * @param nothingToDo ids of marks that ask for nothing
 */
record Batch(
    Map<String, Task> users,
    Map<String, Task> groups,
    List<Mark> trees,
    List<Mark> fullSyncs,
    Set<String> nothingToDo) {

  static Batch of(Collection<Mark> marks, Collection<Link> due) {
    Map<String, Task> users = Task.byResource(only(marks, MarkKind.USER));
    Map<String, Task> groups = Task.byResource(only(marks, MarkKind.GROUP, MarkKind.MEMBER));
    for (Link link : due) {
      (link.type() == ResourceType.USER ? users : groups)
          .merge(link.resourceId(), Task.DUE, Task::and);
    }
    return new Batch(
        users,
        groups,
        only(marks, MarkKind.GROUP_TREE),
        only(marks, MarkKind.REALM),
        // Nothing that is sent depends on roles yet.
        only(marks, MarkKind.ROLE).stream().map(Mark::id).collect(Collectors.toSet()));
  }

  private static List<Mark> only(Collection<Mark> marks, MarkKind first, MarkKind... more) {
    Set<MarkKind> kinds = EnumSet.of(first, more);
    return marks.stream().filter(mark -> kinds.contains(mark.kind())).toList();
  }

  boolean isEmpty() {
    return users.isEmpty() && !concernsGroups() && fullSyncs.isEmpty() && nothingToDo.isEmpty();
  }

  boolean concernsGroups() {
    return !groups.isEmpty() || !trees.isEmpty();
  }
}
