package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All statements on Keycloak's own tables. It reads tables, not models: a model may come from a
 * cache that is behind, and costs ten times as much.
 */
public final class RealmReader {

  /** A component of ours with its configuration. */
  public record Component(
      String id, String realmId, String realmName, String name, Map<String, List<String>> config) {}

  /** One user in one group. */
  public record Membership(String groupId, String userId) {}

  /** One member of a group; {@code remoteId} is null if the receiver does not have the user. */
  public record Member(String groupId, String userId, String remoteId) {}

  private static final Map<String, String> NEEDED =
      new TreeMap<>(
          Map.of(
              "USER_ENTITY",
              "ID, REALM_ID, USERNAME, EMAIL, FIRST_NAME, LAST_NAME, ENABLED,"
                  + " SERVICE_ACCOUNT_CLIENT_LINK",
              "USER_ATTRIBUTE",
              "USER_ID, NAME, T.VALUE, LONG_VALUE",
              "KEYCLOAK_GROUP",
              "ID, NAME, PARENT_GROUP, REALM_ID, TYPE",
              "USER_GROUP_MEMBERSHIP",
              "GROUP_ID, USER_ID",
              "COMPONENT",
              "ID, NAME, REALM_ID, PROVIDER_ID, PROVIDER_TYPE",
              "COMPONENT_CONFIG",
              "COMPONENT_ID, NAME, T.VALUE",
              "REALM",
              "ID, NAME"));

  /** Groups of organizations belong to Keycloak's own bookkeeping. */
  private static final int TYPE_REALM = 0;

  private final Tables tables;
  private final Organizations organizations;

  public RealmReader(Tables tables) {
    this.tables = tables;
    this.organizations = new Organizations(tables);
  }

  /**
   * @throws SQLException whose message names the table of Keycloak that is not as expected
   */
  public void verify(Connection connection) throws SQLException {
    for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
      String table = needed.getKey();
      try {
        Sql.query(
            connection,
            tables.sql("SELECT " + needed.getValue() + " FROM {" + table + "} T WHERE 1 = 0"),
            row -> null);
      } catch (SQLException unlike) {
        throw new SQLException(
            "table " + table + " of this Keycloak version lacks what the connector reads", unlike);
      }
    }
  }

  /** Values are sorted, and none is null: some databases keep an empty one as null. */
  public List<Component> components(Connection connection, String type, String providerId)
      throws SQLException {
    List<Component> found =
        Sql.query(
            connection,
            tables.sql(
                "SELECT C.ID, C.NAME, C.REALM_ID, R.NAME AS REALM_NAME FROM {COMPONENT} C"
                    + " JOIN {REALM} R ON R.ID = C.REALM_ID"
                    + " WHERE C.PROVIDER_TYPE = ? AND C.PROVIDER_ID = ?"),
            row ->
                new Component(
                    row.getString("ID"),
                    row.getString("REALM_ID"),
                    row.getString("REALM_NAME"),
                    row.getString("NAME"),
                    new HashMap<>()),
            type,
            providerId);
    for (Component component : found) {
      Sql.query(
          connection,
          tables.sql("SELECT T.NAME, T.VALUE FROM {COMPONENT_CONFIG} T WHERE T.COMPONENT_ID = ?"),
          row ->
              row.getString(2) != null && addValue(component, row.getString(1), row.getString(2)),
          component.id());
      component.config().values().forEach(values -> values.sort(null));
    }
    return found;
  }

  private static boolean addValue(Component component, String key, String value) {
    return component.config().computeIfAbsent(key, absent -> new ArrayList<>()).add(value);
  }

  /**
   * Those of {@code ids} that are users of the realm, with the attributes in {@code names}; enabled
   * as Keycloak would answer, not as the row alone says.
   */
  public Map<String, UserState> users(
      Connection connection, String realmId, Collection<String> ids, Set<String> names)
      throws SQLException {
    Map<String, Map<String, List<String>>> attributes = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT T.USER_ID, T.NAME, T.VALUE, T.LONG_VALUE FROM {USER_ATTRIBUTE} T"
                + " WHERE T.USER_ID IN (:ids)"),
        row -> names.contains(row.getString(2)) && addAttribute(attributes, row),
        ids);
    Set<String> disabled = organizations.disabledMembers(connection, realmId, ids);
    Map<String, UserState> found = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT ID, USERNAME, EMAIL, FIRST_NAME, LAST_NAME, ENABLED FROM {USER_ENTITY}"
                + " WHERE REALM_ID = ? AND SERVICE_ACCOUNT_CLIENT_LINK IS NULL AND ID IN (:ids)"),
        row -> {
          String id = row.getString("ID");
          return found.put(
              id,
              new UserState(
                  id,
                  row.getString("USERNAME"),
                  row.getString("EMAIL"),
                  row.getString("FIRST_NAME"),
                  row.getString("LAST_NAME"),
                  row.getBoolean("ENABLED") && !disabled.contains(id),
                  attributes.getOrDefault(id, Map.of())));
        },
        ids,
        realmId);
    return found;
  }

  private static boolean addAttribute(
      Map<String, Map<String, List<String>>> attributes, ResultSet row) throws SQLException {
    String longValue = row.getString(4);
    return attributes
        .computeIfAbsent(row.getString(1), user -> new HashMap<>())
        .computeIfAbsent(row.getString(2), name -> new ArrayList<>())
        .add(longValue == null ? row.getString(3) : longValue);
  }

  /** The id of a group's realm; empty where there is no such group. */
  public Optional<String> realmOfGroup(Connection connection, String groupId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql("SELECT REALM_ID FROM {KEYCLOAK_GROUP} WHERE ID = ?"),
            row -> row.getString("REALM_ID"),
            groupId)
        .stream()
        .findFirst();
  }

  public GroupTree groups(Connection connection, String realmId) throws SQLException {
    return new GroupTree(
        Sql.query(
            connection,
            tables.sql(
                "SELECT ID, NAME, PARENT_GROUP FROM {KEYCLOAK_GROUP}"
                    + " WHERE REALM_ID = ? AND TYPE = ?"),
            row ->
                new GroupTree.Group(
                    row.getString("ID"), row.getString("NAME"), row.getString("PARENT_GROUP")),
            realmId,
            TYPE_REALM));
  }

  /** All members of these groups, with their ids at the receiver. */
  public List<Member> members(Connection connection, String endpointId, Collection<String> groupIds)
      throws SQLException {
    return Sql.queryIn(
        connection,
        tables.sql(
            "SELECT M.GROUP_ID, M.USER_ID, L.REMOTE_ID FROM {USER_GROUP_MEMBERSHIP} M"
                + " JOIN {USER_ENTITY} U ON U.ID = M.USER_ID"
                + " AND U.SERVICE_ACCOUNT_CLIENT_LINK IS NULL"
                + " LEFT JOIN {SBE_SCIM_LINK} L ON L.RESOURCE_ID = M.USER_ID"
                + " AND L.RESOURCE_TYPE = 'USER' AND L.ENDPOINT_ID = ?"
                + " WHERE M.GROUP_ID IN (:ids)"),
        row ->
            new Member(
                row.getString("GROUP_ID"), row.getString("USER_ID"), row.getString("REMOTE_ID")),
        groupIds,
        endpointId);
  }

  /** Up to {@code limit} members of these groups whose first request was never answered. */
  public Set<String> neverAttemptedMembers(
      Connection connection, String endpointId, Collection<String> groupIds, int limit)
      throws SQLException {
    return new HashSet<>(
        Sql.queryIn(
            connection,
            tables.sql(
                "SELECT DISTINCT M.USER_ID FROM {USER_GROUP_MEMBERSHIP} M"
                    + " JOIN {USER_ENTITY} U ON U.ID = M.USER_ID"
                    + " AND U.SERVICE_ACCOUNT_CLIENT_LINK IS NULL"
                    + " LEFT JOIN {SBE_SCIM_LINK} L ON L.RESOURCE_ID = M.USER_ID"
                    + " AND L.RESOURCE_TYPE = 'USER' AND L.ENDPOINT_ID = ?"
                    + " WHERE (L.RESOURCE_ID IS NULL OR L.STATE = 'CREATING' AND L.ATTEMPTS = 0)"
                    + " AND M.GROUP_ID IN (:ids) LIMIT "
                    + limit),
            row -> row.getString("USER_ID"),
            groupIds,
            endpointId));
  }

  /** The current memberships of these users. */
  public Set<Membership> memberships(Connection connection, Collection<String> userIds)
      throws SQLException {
    return new HashSet<>(
        Sql.queryIn(
            connection,
            tables.sql(
                "SELECT GROUP_ID, USER_ID FROM {USER_GROUP_MEMBERSHIP} WHERE USER_ID IN (:ids)"),
            row -> new Membership(row.getString("GROUP_ID"), row.getString("USER_ID")),
            userIds));
  }

  /** The managed members of an organization: an identity provider vouches for them. */
  public List<String> managedMembers(Connection connection, String organizationId)
      throws SQLException {
    return organizations.managedMembers(connection, organizationId);
  }

  /** The next page of a realm's users, by id. */
  public List<String> userIdsAfter(Connection connection, String realmId, String after, int limit)
      throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT ID FROM {USER_ENTITY} WHERE REALM_ID = ?"
                + " AND SERVICE_ACCOUNT_CLIENT_LINK IS NULL AND ID > ? ORDER BY ID LIMIT "
                + limit),
        row -> row.getString("ID"),
        realmId,
        after);
  }

  /** Resources that the endpoint's receiver has and the realm no longer does. */
  public List<String> orphans(Connection connection, String endpointId, ResourceType type)
      throws SQLException {
    String table = type == ResourceType.USER ? "{USER_ENTITY}" : "{KEYCLOAK_GROUP}";
    // Ids are unique over all realms: naming the realm would tempt planners away from the key.
    return Sql.query(
        connection,
        tables.sql(
            "SELECT L.RESOURCE_ID FROM {SBE_SCIM_LINK} L WHERE L.ENDPOINT_ID = ?"
                + " AND L.RESOURCE_TYPE = ? AND NOT EXISTS (SELECT 1 FROM "
                + table
                + " T WHERE T.ID = L.RESOURCE_ID)"),
        row -> row.getString("RESOURCE_ID"),
        endpointId,
        type.name());
  }

  /**
   * Deletes rows of components that no longer exist: created and removed at once, or removed while
   * the connector was not installed.
   */
  public void deleteStrays(Connection connection) throws SQLException {
    for (String table : List.of("SBE_SCIM_MARK", "SBE_SCIM_SECRET", "SBE_SCIM_HOST")) {
      Sql.update(
          connection,
          tables.sql(
              "DELETE FROM {" + table + "} WHERE ENDPOINT_ID NOT IN (SELECT ID FROM {COMPONENT})"));
    }
  }
}
