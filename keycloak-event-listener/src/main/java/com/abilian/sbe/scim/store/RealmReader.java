package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.project.UserState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The users, groups and memberships of realms, from Keycloak's own tables. It reads tables, not
 * models: a model may come from a cache that is behind, and costs ten times as much.
 */
public final class RealmReader {

  /** One user in one group. */
  public record Membership(String groupId, String userId) {}

  /**
   * One member of a group.
   *
   * @param remoteId null where the receiver does not have the user, or the user has left the scope
   */
  public record Member(String groupId, String userId, String remoteId) {}

  /** Groups of organizations belong to Keycloak's own bookkeeping. */
  private static final int TYPE_REALM = 0;

  private final Tables tables;
  private final Organizations organizations;
  private final EffectiveRoles roles;
  private final Memberships memberships;
  private final DirectoryPeople people;

  public RealmReader(Tables tables) {
    this.tables = tables;
    this.organizations = new Organizations(tables);
    this.roles = new EffectiveRoles(tables);
    this.memberships = new Memberships(tables);
    this.people = new DirectoryPeople(tables);
  }

  /**
   * Those of {@code ids} that are users of the realm, with what is needed of them; enabled as
   * Keycloak would answer, not as the row alone says: neither by their organization nor by a
   * directory that shows them no longer is anybody kept out by their own row.
   */
  public Map<String, UserState> users(
      Connection connection, String realmId, Collection<String> ids, UserNeeds needs)
      throws SQLException {
    Map<String, Map<String, List<String>>> attributes =
        attributes(connection, ids, needs.attributes());
    Map<String, Set<String>> effective = roles.of(connection, realmId, needs.roles(), ids);
    Set<String> disabled = new HashSet<>(organizations.disabledMembers(connection, realmId, ids));
    disabled.addAll(people.vanished(connection, ids));
    Map<String, UserState> found = new HashMap<>();
    Sql.queryEach(
        connection,
        tables.sql(
            "SELECT ID, REALM_ID, SERVICE_ACCOUNT_CLIENT_LINK, USERNAME, EMAIL, FIRST_NAME,"
                + " LAST_NAME, ENABLED FROM {USER_ENTITY} WHERE ID IN (:ids)"),
        row -> {
          String id = row.getString("ID");
          // Compared here: told of it, some databases would read the whole realm.
          boolean asked =
              realmId.equals(row.getString("REALM_ID"))
                  && row.getString("SERVICE_ACCOUNT_CLIENT_LINK") == null;
          return asked
              && found.put(
                      id,
                      new UserState(
                          id,
                          row.getString("USERNAME"),
                          row.getString("EMAIL"),
                          row.getString("FIRST_NAME"),
                          row.getString("LAST_NAME"),
                          row.getBoolean("ENABLED") && !disabled.contains(id),
                          attributes.getOrDefault(id, Map.of()),
                          effective.getOrDefault(id, Set.of())))
                  == null;
        },
        ids);
    return found;
  }

  private Map<String, Map<String, List<String>>> attributes(
      Connection connection, Collection<String> ids, Set<String> names) throws SQLException {
    Map<String, Map<String, List<String>>> attributes = new HashMap<>();
    if (!names.isEmpty()) {
      Sql.queryEach(
          connection,
          tables.sql(
              "SELECT T.USER_ID, T.NAME, T.VALUE, T.LONG_VALUE FROM {USER_ATTRIBUTE} T"
                  + " WHERE T.USER_ID IN (:ids)"),
          row -> names.contains(row.getString(2)) && addAttribute(attributes, row),
          ids);
    }
    return attributes;
  }

  private static boolean addAttribute(
      Map<String, Map<String, List<String>>> attributes, ResultSet row) throws SQLException {
    String longValue = row.getString(4);
    return attributes
        .computeIfAbsent(row.getString(1), user -> new HashMap<>())
        .computeIfAbsent(row.getString(2), name -> new ArrayList<>())
        .add(longValue == null ? row.getString(3) : longValue);
  }

  /** The id of the user of the realm with this id, else this user name, else this mail address. */
  public Optional<String> userId(Connection connection, String realmId, String who)
      throws SQLException {
    // Keycloak keeps both in lower case.
    String name = who.toLowerCase(Locale.ROOT);
    return Sql.query(
            connection,
            tables.sql(
                "SELECT ID, USERNAME FROM {USER_ENTITY} WHERE REALM_ID = ?"
                    + " AND SERVICE_ACCOUNT_CLIENT_LINK IS NULL"
                    + " AND (ID = ? OR USERNAME = ? OR EMAIL = ?)"
                    + " ORDER BY CASE WHEN ID = ? THEN 0 WHEN USERNAME = ? THEN 1 ELSE 2 END"),
            row -> row.getString("ID"),
            realmId,
            who,
            name,
            name,
            who,
            name)
        .stream()
        .findFirst();
  }

  /**
   * The users of the realm who have these names.
   *
   * @param names in lower case, as Keycloak keeps them
   * @return ids by name
   */
  public Map<String, String> userIds(
      Connection connection, String realmId, Collection<String> names) throws SQLException {
    Map<String, String> found = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT ID, USERNAME FROM {USER_ENTITY} WHERE REALM_ID = ?"
                + " AND SERVICE_ACCOUNT_CLIENT_LINK IS NULL AND USERNAME IN (:ids)"),
        row -> found.put(row.getString("USERNAME"), row.getString("ID")),
        names,
        realmId);
    return found;
  }

  /** Up to {@code limit} users of the realm whom the endpoint's receiver does not have. */
  public List<String> unsent(Connection connection, String realmId, String endpointId, int limit)
      throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT U.ID FROM {USER_ENTITY} U WHERE U.REALM_ID = ?"
                + " AND U.SERVICE_ACCOUNT_CLIENT_LINK IS NULL"
                + " AND NOT EXISTS (SELECT 1 FROM {SBE_SCIM_LINK} L WHERE L.ENDPOINT_ID = ?"
                + " AND L.RESOURCE_TYPE = 'USER' AND L.RESOURCE_ID = U.ID"
                + " AND L.REMOTE_ID IS NOT NULL) LIMIT "
                + limit),
        row -> row.getString("ID"),
        realmId,
        endpointId);
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

  /** Those of these ids that are groups of the realm. */
  public Set<String> groupIds(Connection connection, String realmId, Collection<String> ids)
      throws SQLException {
    return new HashSet<>(
        Sql.queryIn(
            connection,
            tables.sql(
                "SELECT ID FROM {KEYCLOAK_GROUP} WHERE REALM_ID = ? AND TYPE = "
                    + TYPE_REALM
                    + " AND ID IN (:ids)"),
            row -> row.getString("ID"),
            ids,
            realmId));
  }

  /** All members of these groups, with their ids at the receiver. */
  public List<Member> members(Connection connection, String endpointId, Collection<String> groupIds)
      throws SQLException {
    return memberships.ofGroups(connection, endpointId, groupIds);
  }

  /** Up to {@code limit} members of these groups whose first request was never answered. */
  public Set<String> neverAttemptedMembers(
      Connection connection, String endpointId, Collection<String> groupIds, int limit)
      throws SQLException {
    return memberships.neverAttempted(connection, endpointId, groupIds, limit);
  }

  /** The current memberships of these users. */
  public Set<Membership> memberships(Connection connection, Collection<String> userIds)
      throws SQLException {
    return memberships.ofUsers(connection, userIds);
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
}
