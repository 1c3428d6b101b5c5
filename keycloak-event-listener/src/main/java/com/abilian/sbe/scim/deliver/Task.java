package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that a round has to look at of one user or group.
 *
 * @param marks ids of the marks that led to it
 * @param members users whose membership of this group may differ
 * @param since when the first of the marks was made, epoch milliseconds
 * @param cause why it is looked at, should something be lost by it; null where no mark tells
 * @param whole whether the group's whole membership may differ
 */
record Task(Set<String> marks, Set<String> members, long since, LossCause cause, boolean whole) {

  /** A user whom no mark asks for. */
  static final Task UNMARKED = new Task(Set.of(), Set.of(), Long.MAX_VALUE, null, false);

  /** A retry. */
  static final Task DUE = UNMARKED.asWhole();

  /** As {@link #UNMARKED}, of a user whom a mark of another resource tells of. */
  static Task unmarked(Mark mark) {
    return new Task(Set.of(), Set.of(), mark.createdAt(), cause(mark), false);
  }

  /** What marks of one resource ask for. */
  static Task of(List<Mark> marks) {
    return new Task(
        marks.stream().map(Mark::id).collect(Collectors.toCollection(LinkedHashSet::new)),
        marks.stream().map(Mark::memberId).filter(Objects::nonNull).collect(Collectors.toSet()),
        marks.stream().mapToLong(Mark::createdAt).min().orElse(Long.MAX_VALUE),
        marks.stream().map(Task::cause).min(Comparator.naturalOrder()).orElse(null),
        marks.stream().anyMatch(mark -> mark.kind() == MarkKind.GROUP));
  }

  private static LossCause cause(Mark mark) {
    return LossCause.of(mark.cause(), mark.priority() == Mark.Priority.FULL_SYNC);
  }

  /** By the id of the resource, in the order of the marks. */
  static Map<String, Task> byResource(List<Mark> marks) {
    Map<String, List<Mark>> gathered = new LinkedHashMap<>();
    marks.forEach(
        mark -> gathered.computeIfAbsent(mark.resourceId(), id -> new ArrayList<>()).add(mark));
    return each(gathered);
  }

  /** One task for each resource. */
  static Map<String, Task> each(Map<String, List<Mark>> marks) {
    Map<String, Task> tasks = new LinkedHashMap<>();
    marks.forEach((id, some) -> tasks.put(id, of(some)));
    return tasks;
  }

  /** What both ask for. */
  Task and(Task other) {
    return new Task(
        union(marks, other.marks),
        union(members, other.members),
        Math.min(since, other.since),
        Stream.of(cause, other.cause())
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null),
        whole || other.whole);
  }

  /** The same, about those who have the accounts of members by now. */
  Task naming(Map<String, String> successors) {
    Set<String> named =
        members.stream().map(id -> successors.getOrDefault(id, id)).collect(Collectors.toSet());
    return new Task(marks, named, since, cause, whole);
  }

  Task because(LossCause other) {
    return new Task(marks, members, since, other, whole);
  }

  Task asWhole() {
    return new Task(marks, members, since, cause, true);
  }

  /** Since when it waits, epoch milliseconds; {@code otherwise} where no mark tells. */
  long waitsSince(long otherwise) {
    return Math.min(since, otherwise);
  }

  /**
   * What is lost by it.
   *
   * @param link of the resource; null where there is none
   * @param now epoch milliseconds
   */
  Loss loss(Loss.Key key, Link link, long now) {
    Long failing = link == null ? null : link.failure().dirtySince();
    return new Loss(
        key,
        cause == null ? LossCause.COMPARED : cause,
        waitsSince(failing == null ? now : failing));
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }
}
