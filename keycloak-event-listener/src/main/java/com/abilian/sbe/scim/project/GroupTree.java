package com.abilian.sbe.scim.project;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      names.addFirst(escaped(group.name()));
    }
    return String.join("/", names);
  }

  /** The bare name of a group that is there. */
  public String name(String id) {
    return groups.get(id).name();
  }

  /**
   * The groups right below another one.
   *
   * @param parent null for those at the top
   */
  public List<String> below(String parent) {
    return parent == null
        ? groups.values().stream()
            .filter(group -> !contains(group.parent()))
            .map(Group::id)
            .toList()
        : List.copyOf(children.getOrDefault(parent, List.of()));
  }

  /** The id of the group that has this id, or this {@link #path}; empty where none has. */
  public Optional<String> find(String idOrPath) {
    return contains(idOrPath) ? Optional.of(idOrPath) : under(below(null), idOrPath, 0);
  }

  /** An escaped name has no bare slash, so that one name at most begins the path. */
  private Optional<String> under(List<String> siblings, String path, int depth) {
    for (String id : siblings) {
      String name = escaped(groups.get(id).name());
      if (path.equals(name)) {
        return Optional.of(id);
      }
      if (path.startsWith(name + "/") && depth < groups.size()) {
        String rest = path.substring(name.length() + 1);
        return under(children.getOrDefault(id, List.of()), rest, depth + 1);
      }
    }
    return Optional.empty();
  }

  private static String escaped(String name) {
    return name.replace("~", "~~").replace("/", "~/");
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
