package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import com.abilian.sbe.scim.project.RealmScope;
import com.abilian.sbe.scim.store.Mark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The groups of a batch that this round delivers.
 *
 * @param nothingToDo ids of marks that ask for nothing
 * @param deferred ids of marks that led to groups which wait for a later round; one of a tree leads
 *     to many
 */
record GroupSelection(Map<String, Task> tasks, Set<String> nothingToDo, Set<String> deferred) {

  static final GroupSelection NONE = new GroupSelection(Map.of(), Set.of(), Set.of());

  /**
   * @param tree the realm's groups
   * @param links of the batch's groups; of every group where the batch has trees
   * @param scope in the realm: nothing is to be done about groups that are out and were never in
   * @param limit so many groups are sent whole
   * @param now epoch milliseconds
   */
  static GroupSelection of(
      Batch batch, GroupTree tree, Map<String, Link> links, RealmScope scope, int limit, long now) {
    Map<String, Task> tasks = new LinkedHashMap<>(batch.groups());
    Task.each(expanded(batch.trees(), tree, links.keySet()))
        .forEach((id, task) -> tasks.merge(id, task, Task::and));
    Set<String> unneeded = marks(tasks.values());
    batch.trees().forEach(mark -> unneeded.add(mark.id()));
    tasks.keySet().removeIf(id -> links.containsKey(id) && links.get(id).isForeign());
    tasks.keySet().removeIf(id -> !links.containsKey(id) && scope.ofGroup(id) != Verdict.IN);
    unneeded.removeAll(marks(tasks.values()));
    tasks.replaceAll((id, task) -> Decision.needsWhole(links.get(id), now) ? task.asWhole() : task);
    return limited(tasks, unneeded, limit);
  }

  /**
   * The groups that each mark of a tree is about: those that are there below the marked one, and,
   * where that one is gone, all that the receiver has and the realm has not.
   */
  private static Map<String, List<Mark>> expanded(
      List<Mark> trees, GroupTree tree, Set<String> linked) {
    Map<String, List<Mark>> found = new LinkedHashMap<>();
    for (Mark mark : trees) {
      List<String> below = tree.subtree(mark.resourceId());
      List<String> concerned =
          below.isEmpty() ? linked.stream().filter(id -> !tree.contains(id)).toList() : below;
      concerned.forEach(id -> found.computeIfAbsent(id, key -> new ArrayList<>()).add(mark));
    }
    return found;
  }

  /** The first {@code limit} groups that are sent whole, and all of which only changes are sent. */
  private static GroupSelection limited(Map<String, Task> tasks, Set<String> unneeded, int limit) {
    Map<String, Task> first = new LinkedHashMap<>();
    Set<String> deferred = new HashSet<>();
    int whole = 0;
    for (Map.Entry<String, Task> entry : tasks.entrySet()) {
      Task task = entry.getValue();
      if (task.whole() && ++whole > limit) {
        deferred.addAll(task.marks());
      } else {
        first.put(entry.getKey(), task);
      }
    }
    return new GroupSelection(first, unneeded, deferred);
  }

  /** All users whose membership of one of the groups may differ. */
  Set<String> members() {
    return tasks.values().stream()
        .flatMap(task -> task.members().stream())
        .collect(Collectors.toSet());
  }

  /** The same, of those who have the accounts by now. */
  GroupSelection naming(Map<String, String> successors) {
    Map<String, Task> named = new LinkedHashMap<>();
    tasks.forEach((id, task) -> named.put(id, task.naming(successors)));
    return new GroupSelection(named, nothingToDo, deferred);
  }

  private static Set<String> marks(Collection<Task> tasks) {
    return tasks.stream()
        .flatMap(task -> task.marks().stream())
        .collect(Collectors.toCollection(HashSet::new));
  }
}
