package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.Loss.Key;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Memberships that people are to lose while they are held themselves: held with them, with no row
 * of their own, so that the marks which asked for them are gone.
 */
final class HeldMemberships {

  private final Stores stores;
  private final String endpointId;

  HeldMemberships(Stores stores, String endpointId) {
    this.stores = stores;
    this.endpointId = endpointId;
  }

  /**
   * Those that the receiver holds and Keycloak does not have.
   *
   * @param held losses; what is among them has a row of its own, and is left out
   * @return the memberships, each for the cause of its user
   */
  List<Loss> of(Connection connection, Collection<Loss> held) throws SQLException {
    Map<String, Loss> people = new TreeMap<>();
    held.stream()
        .filter(loss -> loss.key().type() == ResourceType.USER && !loss.key().isMembership())
        .forEach(loss -> people.put(loss.key().id(), loss));
    Map<String, Link> links =
        stores.links().find(connection, endpointId, ResourceType.USER, people.keySet());
    links.values().removeIf(link -> link.remoteId() == null);
    Map<String, Set<String>> accepted =
        stores
            .members()
            .ofMembers(
                connection, endpointId, links.values().stream().map(Link::remoteId).toList());
    Set<Membership> there = stores.realms().memberships(connection, links.keySet());
    Set<Key> own = held.stream().map(Loss::key).collect(Collectors.toSet());
    List<Loss> found = new ArrayList<>();
    links.forEach(
        (id, link) ->
            accepted.getOrDefault(link.remoteId(), Set.of()).stream()
                .filter(group -> !there.contains(new Membership(group, id)))
                .filter(group -> !own.contains(Key.member(id, group)))
                .forEach(group -> found.add(memberLoss(people.get(id), group))));
    return found;
  }

  private static Loss memberLoss(Loss user, String groupId) {
    return new Loss(Key.member(user.key().id(), groupId), user.cause(), user.at());
  }
}
