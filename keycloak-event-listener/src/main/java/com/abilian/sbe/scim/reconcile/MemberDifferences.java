package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LinkState;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the memberships of some people with those that the receiver has accepted, row by row.
 * Who is not there yet is left aside, and so are groups that are: whoever and whatever is sent
 * first, or once more, is sent with all memberships.
 */
public final class MemberDifferences {

  private final Stores stores;
  private final Endpoint endpoint;

  public MemberDifferences(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /**
   * @param userIds people whom Keycloak has
   * @param links theirs, and perhaps others
   */
  public List<Difference> of(
      Connection connection, Collection<String> userIds, Map<String, Link> links)
      throws SQLException {
    Map<String, String> people = new HashMap<>();
    for (String id : userIds) {
      Link link = links.get(id);
      if (link != null && link.remoteId() != null && !link.isForeign()) {
        people.put(link.remoteId(), id);
      }
    }
    Set<Membership> there =
        stores.realms().memberships(connection, inScope(people.values(), links));
    Set<Membership> held = held(connection, people);
    Set<Membership> differing = new HashSet<>(there);
    differing.addAll(held);
    differing.removeIf(membership -> there.contains(membership) == held.contains(membership));
    return differing.isEmpty() ? List.of() : known(connection, differing, there);
  }

  /** Who has left the scope is in no group. */
  private static List<String> inScope(Collection<String> ids, Map<String, Link> links) {
    return ids.stream().filter(id -> !links.get(id).hasLeft()).toList();
  }

  /** What the receiver holds, by Keycloak's ids. */
  private Set<Membership> held(Connection connection, Map<String, String> people)
      throws SQLException {
    Set<Membership> held = new HashSet<>();
    stores
        .members()
        .ofMembers(connection, endpoint.id(), people.keySet())
        .forEach(
            (remoteId, groups) ->
                groups.forEach(group -> held.add(new Membership(group, people.get(remoteId)))));
    return held;
  }

  /** Those of groups of which it is known what the receiver holds. */
  private List<Difference> known(
      Connection connection, Set<Membership> differing, Set<Membership> there) throws SQLException {
    Set<String> ids = differing.stream().map(Membership::groupId).collect(Collectors.toSet());
    Map<String, Link> groups =
        stores.links().find(connection, endpoint.id(), ResourceType.GROUP, ids);
    groups.keySet().retainAll(stores.realms().groupIds(connection, endpoint.realmId(), ids));
    List<Difference> found = new ArrayList<>();
    for (Membership membership : differing) {
      Link group = groups.get(membership.groupId());
      if (group != null && isKnown(group)) {
        found.add(Difference.membership(membership, group, there.contains(membership)));
      }
    }
    return found;
  }

  /** Not one that is in doubt or tried again soon; but one that is refused, so that leavers go. */
  private static boolean isKnown(Link group) {
    boolean accepted = group.pushed().hash() != null || group.state() == LinkState.PARKED;
    return accepted && group.remoteId() != null && !group.isForeign();
  }
}
