package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import com.abilian.sbe.scim.project.RealmScope;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Goes through what Keycloak has and through the links, page by page by the ids of people, and
 * finds what there is to tell: of people, then of groups. Links of people who are gone lie in the
 * same ranges of ids.
 */
final class LocalWalk<T> {

  /** Says what is to be told of one resource; null for nothing. */
  interface Judge<T> {

    /**
     * @param wanted null where the receiver should not have the resource; {@link Projection#LEFT}
     *     of a user who has left the scope; members are left aside
     * @param link null where nothing was ever sent
     */
    T of(ResourceType type, String id, ScimResource wanted, Link link);

    /** Of a user who cannot be projected. */
    T unfit(String id, boolean enabled, Link link);
  }

  private final Stores stores;
  private final Endpoint endpoint;
  private final Judge<T> judge;

  LocalWalk(Stores stores, Endpoint endpoint, Judge<T> judge) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.judge = judge;
  }

  /**
   * @param found what there is to tell
   * @param people those whom Keycloak has
   * @param links those that were looked at, by the ids of their resources
   * @param last the id after which the next page begins; null where there is none
   */
  record Page<T>(List<T> found, List<String> people, Map<String, Link> links, String last) {}

  /** The people whose ids follow {@code after}. */
  Page<T> people(Connection connection, String after) throws SQLException {
    List<String> ids =
        stores.realms().userIdsAfter(connection, endpoint.realmId(), after, Pace.PAGE);
    String last = ids.size() < Pace.PAGE ? null : ids.get(ids.size() - 1);
    Map<String, Link> links =
        stores.links().between(connection, endpoint.id(), ResourceType.USER, after, last);
    Set<String> all = new LinkedHashSet<>(ids);
    all.addAll(links.keySet());
    return new Page<>(differences(connection, all, links), ids, links, last);
  }

  /** What there is to tell of these people. */
  List<T> people(Connection connection, Collection<String> ids) throws SQLException {
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, ids);
    return differences(connection, ids, links);
  }

  private List<T> differences(
      Connection connection, Collection<String> ids, Map<String, Link> links) throws SQLException {
    Map<String, UserState> users =
        stores.realms().users(connection, endpoint.realmId(), ids, endpoint.needs());
    Map<String, Verdict> scope =
        stores.scopes().of(connection, endpoint.realmId(), endpoint.scope(), users);
    List<T> found = new ArrayList<>();
    for (String id : ids) {
      Decision decision =
          Decision.onScope(scope.get(id), endpoint.scope().leaving(), links.get(id));
      add(found, judged(id, decision, users.get(id), links.get(id)));
    }
    return found;
  }

  private T judged(String id, Decision decision, UserState user, Link link) {
    if (decision != Decision.SEND) {
      ScimResource wanted = decision == Decision.DEACTIVATE ? Projection.LEFT : null;
      return judge.of(ResourceType.USER, id, wanted, link);
    }
    try {
      return judge.of(ResourceType.USER, id, Projection.user(user, endpoint.mapping()), link);
    } catch (RuntimeException bug) {
      // The delivery says so, and sends what can be sent of such a person.
      return judge.unfit(id, user.enabled(), link);
    }
  }

  /** All groups. */
  Page<T> groups(Connection connection) throws SQLException {
    GroupTree tree = stores.realms().groups(connection, endpoint.realmId());
    Map<String, Link> links = stores.links().all(connection, endpoint.id(), ResourceType.GROUP);
    RealmScope scope =
        stores.scopes().inRealm(connection, endpoint.realmId(), endpoint.scope(), tree);
    Set<String> all = new TreeSet<>(tree.ids());
    all.addAll(links.keySet());
    List<T> found = new ArrayList<>();
    for (String id : all) {
      boolean present = tree.contains(id) && scope.ofGroup(id).holds(links.get(id));
      ScimResource wanted = present ? Projection.group(id, tree.path(id), List.of()) : null;
      add(found, judge.of(ResourceType.GROUP, id, wanted, links.get(id)));
    }
    return new Page<>(found, List.of(), links, null);
  }

  private static <T> void add(List<T> found, T one) {
    if (one != null) {
      found.add(one);
    }
  }
}
