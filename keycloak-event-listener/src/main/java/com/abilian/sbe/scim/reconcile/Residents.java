package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import com.abilian.sbe.scim.project.RealmScope;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Whom the realm has, and whoever of them is in scope. */
final class Residents {

  private final Stores stores;
  private final Endpoint endpoint;

  Residents(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /** Those of these users or groups that Keycloak has, and that are not out of scope. */
  Set<String> among(Connection connection, ResourceType type, Collection<String> ids)
      throws SQLException {
    Set<String> found = new HashSet<>(ids);
    if (type == ResourceType.USER) {
      Map<String, Verdict> scope = scope(connection, ids);
      found.removeIf(id -> scope.getOrDefault(id, Verdict.OUT) == Verdict.OUT);
    } else {
      GroupTree tree = stores.realms().groups(connection, endpoint.realmId());
      RealmScope scope =
          stores.scopes().inRealm(connection, endpoint.realmId(), endpoint.scope(), tree);
      found.removeIf(id -> !tree.contains(id) || scope.ofGroup(id) == Verdict.OUT);
    }
    return found;
  }

  private Map<String, Verdict> scope(Connection connection, Collection<String> ids)
      throws SQLException {
    Map<String, UserState> users =
        stores.realms().users(connection, endpoint.realmId(), ids, endpoint.needs());
    return stores.scopes().of(connection, endpoint.realmId(), endpoint.scope(), users);
  }

  /** Those of these that Keycloak has, or that were sent once and have not been forgotten. */
  Set<String> known(ResourceType type, Collection<String> ids) {
    return stores
        .transactions()
        .call(
            connection -> {
              Set<String> found = among(connection, type, ids);
              found.addAll(stores.links().find(connection, endpoint.id(), type, ids).keySet());
              return found;
            });
  }
}
