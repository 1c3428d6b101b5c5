package com.abilian.sbe.scim.project;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A realm's groups as they are now: paths and subtrees. */
public final class GroupTree {

  /** One row; {@code parent} is absent among the ids where the group is at the top. */
  public record Group(String id, String name, String parent) {}

  private final Map<String, Group> groups = new HashMap<>();
  private final Map<String, List<String>> children = new HashMap<>();

  public GroupTree(Collection<Group> rows) {
    for (Group group : rows) {
      groups.put(group.id(), group);
      children.computeIfAbsent(group.parent(), parent -> new ArrayList<>()).add(group.id());
    }
  }

  public boolean contains(String id) {
    return groups.containsKey(id);
  }

  public Set<String> ids() {
    return groups.keySet();
  }

  /**
   * Names from the top to the group, joined by slashes, none in front. Inside a name {@code ~} is
   * written {@code ~~} and {@code /} is written {@code ~/}: no two groups of a realm share a path.
   */
  public String path(String id) {
    Deque<String> names = new ArrayDeque<>();
    // Bounded by the number of groups: a cycle in the table must not hang the worker.
    for (Group group = groups.get(id);
        group != null && names.size() <= groups.size();
        group = groups.get(group.parent())) {
      names.addFirst(group.name().replace("~", "~~").replace("/", "~/"));
    }
    return String.join("/", names);
  }

  /** The group and everything below it, parents first; empty where the group is not there. */
  public List<String> subtree(String id) {
    List<String> found = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>();
    if (contains(id)) {
      open.add(id);
    }
    while (!open.isEmpty() && found.size() < groups.size()) {
      String next = open.remove();
      found.add(next);
      open.addAll(children.getOrDefault(next, List.of()));
    }
    return found;
  }
}
