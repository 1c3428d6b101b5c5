package com.abilian.sbe.scim.directory;

import com.abilian.sbe.scim.store.DirectoryRoles.RoleMapper;
import com.abilian.sbe.scim.store.FederationReader.Mapper;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Notices mappers that come and go. What one showed that is gone, or in another mode by now, is
 * shown no longer.
 */
final class MapperWatch {

  /** The realm of each mapper that was there at the last look. */
  private Map<String, String> known = Map.of();

  /**
   * @param mappers all of groups and roles that only a directory knows who has
   */
  void look(Stores stores, Collection<Mapper> mappers, long now) {
    Map<String, String> found =
        mappers.stream().collect(Collectors.toMap(Mapper::id, Mapper::realmId));
    if (found.equals(known)) {
      return;
    }
    Set<String> poorer = realms(known, found.keySet());
    Set<String> richer = realms(found, known.keySet());
    stores
        .transactions()
        .run(
            connection -> {
              forget(connection, stores, found.keySet());
              for (String realm : poorer) {
                compare(connection, stores, realm, "DIRECTORY_MAPPER");
              }
              for (String realm : richer) {
                stores.directories().want(connection, realm, now);
              }
            });
    known = found;
  }

  private static Set<String> realms(Map<String, String> mappers, Set<String> without) {
    Map<String, String> rest = new HashMap<>(mappers);
    rest.keySet().removeAll(without);
    return Set.copyOf(rest.values());
  }

  private static void forget(Connection connection, Stores stores, Set<String> now)
      throws SQLException {
    stores.directories().deleteStrays(connection);
    Set<String> gone = new HashSet<>(stores.directories().mappers(connection));
    gone.removeAll(now);
    for (String mapper : gone) {
      stores.directories().forget(connection, mapper);
    }
    for (RoleMapper mapper : stores.directoryRoles().mappers(connection).values()) {
      if (!now.contains(mapper.id())) {
        stores.directoryRoles().forget(connection, mapper.id());
      }
    }
  }

  /** Has the realm's people, groups and memberships compared: no event tells who is concerned. */
  static void compare(Connection connection, Stores stores, String realmId, String cause)
      throws SQLException {
    stores
        .marks()
        .insert(
            connection,
            stores.endpoints().ofRealm(connection, realmId).stream()
                .map(endpoint -> comparison(realmId, endpoint, cause))
                .toList());
  }

  private static Mark comparison(String realmId, String endpoint, String cause) {
    return Mark.of(
        realmId, endpoint, Mark.Priority.COMPARISON, MarkKind.COMPARISON, "", null, cause);
  }
}
