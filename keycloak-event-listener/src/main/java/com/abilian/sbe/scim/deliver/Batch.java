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

/**
 * Marks and due retries, gathered by resource: many marks of one resource are one task.
 *
 * @param trees marks of groups with everything below them: tasks once the realm's groups are read
 * @param fullSyncs marks of the whole realm
 * @param roles marks of who has which roles
 */
record Batch(
    Map<String, Task> users,
    Map<String, Task> groups,
    List<Mark> trees,
    List<Mark> fullSyncs,
    List<Mark> roles) {

  /**
   * @param scoped whether a membership may bring a person into scope or out of it
   */
  static Batch of(Collection<Mark> marks, Collection<Link> due, boolean scoped) {
    Map<String, Task> users = Task.byResource(only(marks, MarkKind.USER));
    if (scoped) {
      // The mark itself is the group's: it stays until the group was attempted, after the people.
      only(marks, MarkKind.MEMBER)
          .forEach(mark -> users.merge(mark.memberId(), Task.unmarked(mark), Task::and));
    }
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
        only(marks, MarkKind.ROLES));
  }

  private static List<Mark> only(Collection<Mark> marks, MarkKind first, MarkKind... more) {
    Set<MarkKind> kinds = EnumSet.of(first, more);
    return marks.stream().filter(mark -> kinds.contains(mark.kind())).toList();
  }

  boolean isEmpty() {
    return users.isEmpty() && !concernsGroups() && fullSyncs.isEmpty() && roles.isEmpty();
  }

  boolean concernsGroups() {
    return !groups.isEmpty() || !trees.isEmpty();
  }
}
