package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.store.DirectoryRoles.Grant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who has which role in effect: given to the user, to a group of the user or to one above it, or
 * contained in another role that the user has so; the default role is such another role. Only roles
 * that are asked for are followed, from the role to its holders: a realm may have thousands of
 * others.
 *
 * <p>A realm role is called by its name, a role of a client by {@code clientId/name}. Where both
 * spell the same, both are meant.
 */
public final class EffectiveRoles {

  private final Tables tables;
  private final DirectoryRoles given;

  public EffectiveRoles(Tables tables) {
    this.tables = tables;
    this.given = new DirectoryRoles(tables);
  }

  /**
   * Which of the roles that are called by {@code names} each of these users has in effect; users
   * who have none are left out.
   */
  public Map<String, Set<String>> of(
      Connection connection, String realmId, Set<String> names, Collection<String> userIds)
      throws SQLException {
    if (names.isEmpty() || userIds.isEmpty()) {
      return Map.of();
    }
    Map<String, Set<String>> roles = containing(connection, named(connection, realmId, names));
    if (roles.isEmpty()) {
      return Map.of();
    }
    Map<String, Set<String>> found = new HashMap<>();
    for (Grant grant : given.given(connection, userIds)) {
      if (roles.containsKey(grant.roleId())) {
        found
            .computeIfAbsent(grant.userId(), user -> new HashSet<>())
            .addAll(roles.get(grant.roleId()));
      }
    }
    Map<String, Set<String>> groups = groups(connection, realmId, roles);
    if (!groups.isEmpty()) {
      for (String table : Memberships.TABLES) {
        gather(
            connection,
            "SELECT USER_ID, GROUP_ID FROM " + table + " WHERE USER_ID IN (:ids)",
            userIds,
            groups,
            found);
      }
    }
    return found;
  }

  /** Those of the roles that are called by {@code names} that the realm has. */
  Set<String> among(Connection connection, String realmId, Set<String> names) throws SQLException {
    Set<String> found = new HashSet<>();
    if (!names.isEmpty()) {
      named(connection, realmId, names).values().forEach(found::addAll);
    }
    return found;
  }

  /** Adds to each user what the rows' second column gives. */
  private void gather(
      Connection connection,
      String sql,
      Collection<String> userIds,
      Map<String, Set<String>> given,
      Map<String, Set<String>> found)
      throws SQLException {
    Sql.queryEach(
        connection,
        tables.sql(sql),
        row -> {
          Set<String> names = given.get(row.getString(2));
          return names != null
              && found.computeIfAbsent(row.getString(1), user -> new HashSet<>()).addAll(names);
        },
        userIds);
  }

  /** The roles that are called so, by their ids. */
  private Map<String, Set<String>> named(Connection connection, String realmId, Set<String> names)
      throws SQLException {
    Map<String, Set<String>> found = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT R.ID, R.NAME, C.CLIENT_ID FROM {KEYCLOAK_ROLE} R"
                + " LEFT JOIN {CLIENT} C ON C.ID = R.CLIENT"
                + " WHERE R.REALM_ID = ? AND R.NAME IN (:ids)"),
        row -> {
          String client = row.getString(3);
          String name = client == null ? row.getString(2) : client + "/" + row.getString(2);
          return names.contains(name) && found.put(row.getString(1), Set.of(name)) == null;
        },
        endings(names),
        realmId);
    return found;
  }

  /** What may be a role's own name: the client's id may have slashes, and so may the role. */
  private static Set<String> endings(Set<String> names) {
    Set<String> endings = new HashSet<>(names);
    for (String name : names) {
      for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
        endings.add(name.substring(slash + 1));
      }
    }
    return endings;
  }

  /** These roles and all that contain them, by the ids of roles. */
  private Map<String, Set<String>> containing(Connection connection, Map<String, Set<String>> roles)
      throws SQLException {
    Map<String, List<String>> composites = new HashMap<>();
    Set<String> known = new HashSet<>(roles.keySet());
    for (Set<String> level = known; !level.isEmpty(); ) {
      Set<String> next = new HashSet<>();
      Sql.queryIn(
          connection,
          tables.sql(
              "SELECT CHILD_ROLE, COMPOSITE FROM {COMPOSITE_ROLE} WHERE CHILD_ROLE IN (:ids)"),
          row -> {
            composites
                .computeIfAbsent(row.getString(1), child -> new ArrayList<>())
                .add(row.getString(2));
            return next.add(row.getString(2));
          },
          level);
      next.removeAll(known);
      known.addAll(next);
      level = next;
    }
    return spread(roles, composites);
  }

  /** The realm's groups that give these roles, by themselves or by one above them. */
  private Map<String, Set<String>> groups(
      Connection connection, String realmId, Map<String, Set<String>> roles) throws SQLException {
    Map<String, Set<String>> given = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql("SELECT GROUP_ID, ROLE_ID FROM {GROUP_ROLE_MAPPING} WHERE ROLE_ID IN (:ids)"),
        row ->
            given
                .computeIfAbsent(row.getString(1), group -> new HashSet<>())
                .addAll(roles.get(row.getString(2))),
        roles.keySet());
    if (given.isEmpty()) {
      return given;
    }
    Map<String, List<String>> children = new HashMap<>();
    Set<String> ofRealm = new HashSet<>();
    Sql.query(
        connection,
        tables.sql("SELECT PARENT_GROUP, ID FROM {KEYCLOAK_GROUP} WHERE REALM_ID = ? AND TYPE = 0"),
        row ->
            ofRealm.add(row.getString(2))
                && children
                    .computeIfAbsent(row.getString(1), parent -> new ArrayList<>())
                    .add(row.getString(2)),
        realmId);
    given.keySet().retainAll(ofRealm);
    return spread(given, children);
  }

  /** What {@code given} says of some also holds for all that are reached from them. */
  private static Map<String, Set<String>> spread(
      Map<String, Set<String>> given, Map<String, List<String>> next) {
    Map<String, Set<String>> all = new HashMap<>();
    given.forEach((id, names) -> all.put(id, new HashSet<>(names)));
    Deque<String> open = new ArrayDeque<>(given.keySet());
    while (!open.isEmpty()) {
      String id = open.remove();
      for (String reached : next.getOrDefault(id, List.of())) {
        if (all.computeIfAbsent(reached, absent -> new HashSet<>()).addAll(all.get(id))) {
          open.add(reached);
        }
      }
    }
    return all;
  }
}
