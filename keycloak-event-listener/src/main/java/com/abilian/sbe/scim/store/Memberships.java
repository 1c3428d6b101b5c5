package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.store.RealmReader.Member;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who is in which group: as Keycloak's own table says, and as the mappers of its directories show.
 */
final class Memberships {

  /** Of both the same columns are read. */
  static final List<String> TABLES =
      List.of("{USER_GROUP_MEMBERSHIP}", "{SBE_SCIM_DIRECTORY_MEMBER}");

  private static final String PEOPLE =
      " M JOIN {USER_ENTITY} U ON U.ID = M.USER_ID AND U.SERVICE_ACCOUNT_CLIENT_LINK IS NULL";

  private static final String LINKS =
      " LEFT JOIN {SBE_SCIM_LINK} L ON L.RESOURCE_ID = M.USER_ID"
          + " AND L.RESOURCE_TYPE = 'USER' AND L.ENDPOINT_ID = ?";

  private final Tables tables;

  Memberships(Tables tables) {
    this.tables = tables;
  }

  /** All members of these groups, each once, with their ids at the receiver. */
  List<Member> ofGroups(Connection connection, String endpointId, Collection<String> groupIds)
      throws SQLException {
    Set<Member> found = new LinkedHashSet<>();
    for (String table : TABLES) {
      found.addAll(
          Sql.queryIn(
              connection,
              tables.sql(
                  "SELECT M.GROUP_ID, M.USER_ID, L.REMOTE_ID, L.PUSHED_HASH FROM "
                      + table
                      + PEOPLE
                      + LINKS
                      + " WHERE M.GROUP_ID IN (:ids)"),
              row ->
                  new Member(
                      row.getString("GROUP_ID"),
                      row.getString("USER_ID"),
                      Link.LEFT.equals(row.getString("PUSHED_HASH"))
                          ? null
                          : row.getString("REMOTE_ID")),
              groupIds,
              endpointId));
    }
    return List.copyOf(found);
  }

  /** Up to {@code limit} members of these groups whose first request was never answered. */
  Set<String> neverAttempted(
      Connection connection, String endpointId, Collection<String> groupIds, int limit)
      throws SQLException {
    Set<String> found = new HashSet<>();
    for (String table : TABLES) {
      if (found.size() < limit) {
        found.addAll(
            Sql.queryIn(
                connection,
                tables.sql(
                    "SELECT DISTINCT M.USER_ID FROM "
                        + table
                        + PEOPLE
                        + LINKS
                        + " WHERE (L.RESOURCE_ID IS NULL OR L.STATE = 'CREATING'"
                        + " AND L.ATTEMPTS = 0) AND M.GROUP_ID IN (:ids) LIMIT "
                        + limit),
                row -> row.getString("USER_ID"),
                groupIds,
                endpointId));
      }
    }
    return found;
  }

  /** The groups of these users. */
  Set<Membership> ofUsers(Connection connection, Collection<String> userIds) throws SQLException {
    Set<Membership> found = new HashSet<>();
    for (String table : TABLES) {
      found.addAll(
          Sql.queryEach(
              connection,
              tables.sql("SELECT GROUP_ID, USER_ID FROM " + table + " WHERE USER_ID IN (:ids)"),
              row -> new Membership(row.getString("GROUP_ID"), row.getString("USER_ID")),
              userIds));
    }
    return found;
  }
}
