package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.Loss.Key;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What a comparison has to do with the safety valve. */
final class HeldLosses {

  private final Stores stores;
  private final Endpoint endpoint;
  private final LocalWalk<Difference> walk;
  private final Valve valve;

  HeldLosses(Stores stores, Endpoint endpoint, LocalWalk<Difference> walk) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.walk = walk;
    this.valve = Valve.of(stores, endpoint);
  }

  /** Those of the gone that may be removed: they are judged all at once. */
  List<Difference> without(Connection connection, List<Difference> gone) throws SQLException {
    long now = System.currentTimeMillis();
    Set<Key> there = atReceiver(connection, gone);
    Set<Key> held =
        valve.held(
            connection,
            there.stream().map(key -> new Loss(key, LossCause.COMPARED, now)).toList(),
            now);
    return gone.stream().filter(one -> !held.contains(key(one))).toList();
  }

  private Set<Key> atReceiver(Connection connection, List<Difference> gone) throws SQLException {
    Set<Key> found = new HashSet<>();
    for (ResourceType type : ResourceType.values()) {
      Set<String> ids =
          gone.stream()
              .filter(one -> one.type() == type)
              .map(Difference::resourceId)
              .collect(Collectors.toSet());
      stores.links().find(connection, endpoint.id(), type, ids).values().stream()
          .filter(link -> link.remoteId() != null)
          .forEach(link -> found.add(Key.of(type, link.resourceId())));
    }
    return found;
  }

  private static Key key(Difference difference) {
    return Key.of(difference.type(), difference.resourceId());
  }

  /** What is held and is as it should be again, without anybody's doing, is held no more. */
  void forget() {
    Set<Key> held =
        stores.transactions().call(c -> stores.losses().held(c, endpoint.id())).keySet();
    if (!held.isEmpty()) {
      stores.transactions().change(endpoint.id(), c -> forget(c, held));
    }
  }

  private void forget(Connection connection, Set<Key> held) throws SQLException {
    Set<Key> inLine = new HashSet<>(held);
    Set<String> people =
        held.stream()
            .filter(key -> key.type() == ResourceType.USER)
            .map(Key::id)
            .collect(Collectors.toSet());
    walk.people(connection, people).forEach(one -> inLine.remove(key(one)));
    if (held.stream().anyMatch(key -> key.type() == ResourceType.GROUP)) {
      walk.groups(connection).found().forEach(one -> inLine.remove(key(one)));
    }
    inLine.removeAll(missing(connection, held, people));
    valve.forget(connection, inLine);
  }

  /** Memberships that the receiver holds and should not. */
  private Set<Key> missing(Connection connection, Set<Key> held, Set<String> people)
      throws SQLException {
    Set<Membership> there = stores.realms().memberships(connection, people);
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, people);
    // Whoever has left the scope is in no group.
    there.removeIf(one -> links.containsKey(one.userId()) && links.get(one.userId()).hasLeft());
    Set<String> remoteIds =
        links.values().stream()
            .map(Link::remoteId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    Map<String, Set<String>> accepted =
        stores.members().ofMembers(connection, endpoint.id(), remoteIds);
    return held.stream()
        .filter(Key::isMembership)
        .filter(key -> !there.contains(new Membership(key.groupId(), key.id())))
        .filter(key -> links.containsKey(key.id()))
        .filter(
            key ->
                accepted
                    .getOrDefault(links.get(key.id()).remoteId(), Set.of())
                    .contains(key.groupId()))
        .collect(Collectors.toSet());
  }
}
