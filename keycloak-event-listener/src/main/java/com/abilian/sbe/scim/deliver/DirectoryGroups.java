package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Groups whose members a directory may know better than Keycloak's tables: a new one is not sent
 * before each such directory was asked about it.
 */
record DirectoryGroups(Stores stores, Endpoint endpoint) {

  /** Those of these groups that wait for a snapshot, which is asked for and will mark them. */
  Set<String> unjudged(Connection connection, Collection<String> groupIds, long now)
      throws SQLException {
    if (groupIds.isEmpty()) {
      return new HashSet<>();
    }
    Set<String> mappers = stores.federations().mappersOf(connection, endpoint.realmId());
    if (mappers.isEmpty()) {
      return new HashSet<>();
    }
    Map<String, Set<String>> judges = stores.directories().judges(connection, groupIds);
    Set<String> waiting = new HashSet<>(groupIds);
    waiting.removeIf(id -> judges.getOrDefault(id, Set.of()).containsAll(mappers));
    if (!waiting.isEmpty()) {
      stores.directories().want(connection, endpoint.realmId(), now);
    }
    return waiting;
  }
}
