package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.RealmReader.Member;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The groups of a round; their members are read once the people are delivered. */
final class GroupTasks {

  /** A whole membership may be long: so many at a time. */
  private static final int WHOLE_GROUPS = 50;

  private static final int NEVER_ATTEMPTED = 200;

  private final Stores stores;
  private final Endpoint endpoint;
  private final Map<String, Task> tasks;
  private final GroupTree tree;
  private final Map<String, Link> links;
  private final Set<String> nothingToDo;

  private GroupTasks(
      Stores stores, Endpoint endpoint, Batch batch, GroupTree tree, Map<String, Link> links) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.tasks = batch.groups();
    this.tree = tree;
    this.links = links;
    this.nothingToDo = batch.nothingToDo();
  }

  /** Reads the realm's groups and makes each mark of a tree into work on its groups. */
  static GroupTasks load(Connection connection, Stores stores, Endpoint endpoint, Batch batch)
      throws SQLException {
    if (!batch.concernsGroups()) {
      return new GroupTasks(stores, endpoint, batch, new GroupTree(List.of()), Map.of());
    }
    GroupTree tree = stores.realms().groups(connection, endpoint.realmId());
    Map<String, Link> links =
        batch.concernsTrees()
            ? stores.links().all(connection, endpoint.id(), ResourceType.GROUP)
            : stores
                .links()
                .find(connection, endpoint.id(), ResourceType.GROUP, batch.groups().keySet());
    batch.expand(tree, links.keySet());
    batch.leaveGroups(
        links.values().stream()
            .filter(Link::isForeign)
            .map(Link::resourceId)
            .collect(Collectors.toSet()));
    batch
        .groups()
        .forEach(
            (id, task) -> {
              Link link = links.get(id);
              // The marks of operations that failed are gone: only the whole holds them all.
              if (link == null || link.remoteId() == null || link.attempts() > 0) {
                task.makeWhole();
              }
            });
    batch.limitWholeGroups(WHOLE_GROUPS);
    return new GroupTasks(stores, endpoint, batch, tree, links);
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** People who have to be pushed before these groups, a part of them where they are many. */
  Set<String> neverAttemptedMembers(Connection connection) throws SQLException {
    if (tasks.isEmpty()) {
      return Set.of();
    }
    Set<String> neverAttempted =
        stores
            .realms()
            .neverAttemptedMembers(connection, endpoint.id(), wholeGroups(), NEVER_ATTEMPTED);
    Set<String> touched = touchedMembers();
    Map<String, Link> known =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, touched);
    touched.stream()
        .filter(id -> !known.containsKey(id) || known.get(id).isNeverAttempted())
        .forEach(neverAttempted::add);
    return neverAttempted;
  }

  /** Deliveries of groups; stores what has to be known of their links before anything is sent. */
  List<List<Delivery>> deliveries(Connection connection, ResourcePusher pusher)
      throws SQLException {
    Map<String, List<String>> whole = members(connection);
    Set<String> touched = touchedMembers();
    Set<Membership> memberships = stores.realms().memberships(connection, touched);
    Map<String, Link> people =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, touched);
    List<Delivery> removals = new ArrayList<>();
    List<Delivery> pushes = new ArrayList<>();
    tasks.forEach(
        (id, task) -> {
          Link link = links.get(id);
          if (!tree.contains(id)) {
            if (link == null) {
              nothingToDo.addAll(task.marks());
            } else {
              removals.add(Delivery.removal(pusher, task, link));
            }
          } else if (task.whole()) {
            List<String> remoteIds = whole.getOrDefault(id, List.of());
            pushes.add(
                Delivery.push(pusher, task, link, Projection.group(id, tree.path(id), remoteIds)));
          } else {
            pushes.add(change(pusher, id, task, link, memberships, people));
          }
        });
    Delivery.prepare(connection, stores, endpoint.id(), pushes);
    return List.of(removals, pushes);
  }

  private Delivery change(
      ResourcePusher pusher,
      String id,
      Task task,
      Link link,
      Set<Membership> memberships,
      Map<String, Link> people) {
    List<String> add = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    for (String userId : task.members()) {
      Link person = people.get(userId);
      if (person != null && person.remoteId() != null) {
        boolean member = memberships.contains(new Membership(id, userId));
        (member ? add : remove).add(person.remoteId());
      }
    }
    ScimResource wanted = Projection.group(id, tree.path(id), List.of());
    return Delivery.change(pusher, task, link, wanted, add, remove);
  }

  private Map<String, List<String>> members(Connection connection) throws SQLException {
    Map<String, List<String>> found = new HashMap<>();
    for (Member member : stores.realms().members(connection, endpoint.id(), wholeGroups())) {
      if (member.remoteId() != null) {
        found.computeIfAbsent(member.groupId(), id -> new ArrayList<>()).add(member.remoteId());
      }
    }
    return found;
  }

  private Set<String> wholeGroups() {
    Set<String> ids = new HashSet<>();
    tasks.forEach(
        (id, task) -> {
          if (task.whole()) {
            ids.add(id);
          }
        });
    return ids;
  }

  private Set<String> touchedMembers() {
    Set<String> ids = new HashSet<>();
    tasks.values().forEach(task -> ids.addAll(task.members()));
    return ids;
  }
}
