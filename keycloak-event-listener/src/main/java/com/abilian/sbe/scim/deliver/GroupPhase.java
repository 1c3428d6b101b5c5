package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.RealmReader.Member;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The groups of a pass; their members are read once the people are delivered. */
final class GroupPhase {

  /** A whole membership may be long: so many at a time. */
  private static final int WHOLE_GROUPS = 50;

  private static final int UNTRIED_MEMBERS = 200;

  private final Stores stores;
  private final Endpoint endpoint;
  private final Map<String, Work> works;
  private final GroupTree tree;
  private final Map<String, Link> links;
  private final Set<String> settled;

  private GroupPhase(
      Stores stores, Endpoint endpoint, Plan plan, GroupTree tree, Map<String, Link> links) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.works = plan.groups();
    this.tree = tree;
    this.links = links;
    this.settled = plan.settled();
  }

  /** Reads the realm's groups and makes each mark of a tree into work on its groups. */
  static GroupPhase load(Connection connection, Stores stores, Endpoint endpoint, Plan plan)
      throws SQLException {
    if (!plan.concernsGroups()) {
      return new GroupPhase(stores, endpoint, plan, new GroupTree(List.of()), Map.of());
    }
    GroupTree tree = stores.realms().groups(connection, endpoint.realmId());
    Map<String, Link> links =
        plan.concernsTrees()
            ? stores.links().all(connection, endpoint.id(), ResourceType.GROUP)
            : stores
                .links()
                .find(connection, endpoint.id(), ResourceType.GROUP, plan.groups().keySet());
    plan.expand(tree, links.keySet());
    plan.leaveGroups(
        links.values().stream()
            .filter(Link::isForeign)
            .map(Link::resourceId)
            .collect(Collectors.toSet()));
    plan.groups()
        .forEach(
            (id, work) -> {
              Link link = links.get(id);
              // The marks of operations that failed are gone: only the whole holds them all.
              if (link == null || link.remoteId() == null || link.attempts() > 0) {
                work.makeWhole();
              }
            });
    plan.limitWholeGroups(WHOLE_GROUPS);
    return new GroupPhase(stores, endpoint, plan, tree, links);
  }

  boolean isEmpty() {
    return works.isEmpty();
  }

  /** People who have to be pushed before these groups, a part of them where they are many. */
  Set<String> untriedMembers(Connection connection) throws SQLException {
    if (works.isEmpty()) {
      return Set.of();
    }
    Set<String> untried =
        stores.realms().untriedMembers(connection, endpoint.id(), wholeGroups(), UNTRIED_MEMBERS);
    Set<String> touched = touchedMembers();
    Map<String, Link> known =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, touched);
    touched.stream()
        .filter(id -> !known.containsKey(id) || known.get(id).isUntried())
        .forEach(untried::add);
    return untried;
  }

  /** Parcels of groups; stores what has to be known of their links before anything is sent. */
  List<List<Parcel>> parcels(Connection connection, ResourcePusher pusher) throws SQLException {
    Map<String, List<String>> whole = members(connection);
    Set<String> touched = touchedMembers();
    Set<Membership> memberships = stores.realms().memberships(connection, touched);
    Map<String, Link> people =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, touched);
    List<Parcel> removals = new ArrayList<>();
    List<Parcel> pushes = new ArrayList<>();
    works.forEach(
        (id, work) -> {
          Link link = links.get(id);
          if (!tree.contains(id)) {
            if (link == null) {
              settled.addAll(work.marks());
            } else {
              removals.add(Parcel.removal(pusher, work, link));
            }
          } else if (work.whole()) {
            List<String> remoteIds = whole.getOrDefault(id, List.of());
            pushes.add(
                Parcel.push(pusher, work, link, Projection.group(id, tree.path(id), remoteIds)));
          } else {
            pushes.add(change(pusher, id, work, link, memberships, people));
          }
        });
    Parcel.prepare(connection, stores, endpoint.id(), pushes);
    return List.of(removals, pushes);
  }

  private Parcel change(
      ResourcePusher pusher,
      String id,
      Work work,
      Link link,
      Set<Membership> memberships,
      Map<String, Link> people) {
    List<String> add = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    for (String userId : work.members()) {
      Link person = people.get(userId);
      if (person != null && person.remoteId() != null) {
        boolean member = memberships.contains(new Membership(id, userId));
        (member ? add : remove).add(person.remoteId());
      }
    }
    ScimResource wanted = Projection.group(id, tree.path(id), List.of());
    return Parcel.change(pusher, work, link, wanted, add, remove);
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
    works.forEach(
        (id, work) -> {
          if (work.whole()) {
            ids.add(id);
          }
        });
    return ids;
  }

  private Set<String> touchedMembers() {
    Set<String> ids = new HashSet<>();
    works.values().forEach(work -> ids.addAll(work.members()));
    return ids;
  }
}
