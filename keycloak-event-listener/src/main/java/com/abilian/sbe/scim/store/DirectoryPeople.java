package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who came from which directory, kept longer than Keycloak does: by it somebody is asked for whom
 * Keycloak no longer has, and known again who comes back under another id.
 */
public final class DirectoryPeople {

  /**
   * Where a user comes from.
   *
   * @param directoryId the id of the entry, which it keeps whatever its name
   */
  public record Origin(String userId, String providerId, String directoryId) {}

  private static final String OURS =
      "SELECT D.USER_ID, D.PROVIDER_ID, D.DIRECTORY_ID FROM {SBE_SCIM_DIRECTORY_USER} D";

  private static final String KEYCLOAKS =
      "SELECT U.ID AS USER_ID, U.FEDERATION_LINK AS PROVIDER_ID, T.VALUE AS DIRECTORY_ID"
          + " FROM {USER_ATTRIBUTE} T JOIN {USER_ENTITY} U ON U.ID = T.USER_ID"
          + " AND U.FEDERATION_LINK IS NOT NULL WHERE ";

  private final Tables tables;

  DirectoryPeople(Tables tables) {
    this.tables = tables;
  }

  /** As Keycloak's tables say now, of those of these users who come from a directory. */
  public Map<String, Origin> current(Connection connection, Collection<String> userIds)
      throws SQLException {
    return byUser(
        query(
            connection,
            KEYCLOAKS + Sql.unindexed("T.NAME") + " = 'LDAP_ID' AND T.USER_ID IN (:ids)",
            userIds));
  }

  /** As it was remembered, whether Keycloak still has them or not. */
  public Map<String, Origin> remembered(Connection connection, Collection<String> userIds)
      throws SQLException {
    return byUser(query(connection, OURS + " WHERE D.USER_ID IN (:ids)", userIds));
  }

  /** Users of the realm whom Keycloak has from these entries. */
  public List<Origin> present(
      Connection connection, String realmId, Collection<String> directoryIds) throws SQLException {
    return query(
        connection,
        KEYCLOAKS
            + "T.NAME = 'LDAP_ID' AND "
            + Sql.unindexed("U.REALM_ID")
            + " = ? AND T.VALUE IN (:ids)",
        directoryIds,
        realmId);
  }

  /** Users who came from these entries and whom Keycloak no longer has. */
  public List<Origin> absent(Connection connection, Collection<String> directoryIds)
      throws SQLException {
    return query(
        connection,
        OURS
            + " WHERE NOT EXISTS (SELECT 1 FROM {USER_ENTITY} U WHERE U.ID = D.USER_ID)"
            + " AND D.DIRECTORY_ID IN (:ids)",
        directoryIds);
  }

  private List<Origin> query(
      Connection connection, String statement, Collection<String> ids, Object... values)
      throws SQLException {
    return Sql.queryEach(connection, tables.sql(statement), DirectoryPeople::read, ids, values);
  }

  private static Origin read(ResultSet row) throws SQLException {
    return new Origin(
        row.getString("USER_ID"), row.getString("PROVIDER_ID"), row.getString("DIRECTORY_ID"));
  }

  private static Map<String, Origin> byUser(List<Origin> origins) {
    Map<String, Origin> found = new HashMap<>();
    origins.forEach(origin -> found.put(origin.userId(), origin));
    return found;
  }

  /** Remembers these, in place of what was remembered of the same users. */
  public void remember(Connection connection, Collection<Origin> origins) throws SQLException {
    Map<String, Origin> before =
        remembered(connection, origins.stream().map(Origin::userId).collect(Collectors.toSet()));
    List<Origin> news = new ArrayList<>(origins);
    news.removeIf(origin -> origin.equals(before.get(origin.userId())));
    forget(connection, news.stream().map(Origin::userId).filter(before::containsKey).toList());
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_DIRECTORY_USER} (USER_ID, PROVIDER_ID, DIRECTORY_ID)"
                + " VALUES (?, ?, ?)"),
        news.stream()
            .map(one -> new Object[] {one.userId(), one.providerId(), one.directoryId()})
            .toList());
  }

  public void forget(Connection connection, Collection<String> userIds) throws SQLException {
    Sql.batch(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_DIRECTORY_USER} WHERE USER_ID = ?"),
        userIds.stream().map(id -> new Object[] {id}).toList());
  }

  /** Users of a provider whom its directory shows no longer. */
  public Set<String> vanished(Connection connection, String providerId) throws SQLException {
    return Set.copyOf(
        Sql.query(
            connection,
            tables.sql("SELECT USER_ID FROM {SBE_SCIM_DIRECTORY_VANISHED} WHERE PROVIDER_ID = ?"),
            row -> row.getString("USER_ID"),
            providerId));
  }

  /** Those of these users whom no directory shows any more. */
  Set<String> vanished(Connection connection, Collection<String> userIds) throws SQLException {
    return Set.copyOf(
        Sql.queryEach(
            connection,
            tables.sql("SELECT USER_ID FROM {SBE_SCIM_DIRECTORY_VANISHED} WHERE USER_ID IN (:ids)"),
            row -> row.getString("USER_ID"),
            userIds));
  }

  /** A directory shows these no longer, and those again. */
  public void changeVanished(
      Connection connection, String providerId, Collection<String> gone, Collection<String> back)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_DIRECTORY_VANISHED} WHERE USER_ID = ?"),
        back.stream().map(id -> new Object[] {id}).toList());
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_DIRECTORY_VANISHED} (USER_ID, PROVIDER_ID) VALUES (?, ?)"),
        gone.stream().map(id -> new Object[] {id, providerId}).toList());
  }

  /**
   * Forgets who is Keycloak's own by now, and who is neither in Keycloak nor, under any id that the
   * entry has given them, at a receiver.
   */
  public void forgetStrays(Connection connection) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "DELETE FROM {SBE_SCIM_DIRECTORY_USER} WHERE EXISTS (SELECT 1 FROM {USER_ENTITY} U"
                + " WHERE U.ID = {SBE_SCIM_DIRECTORY_USER}.USER_ID AND U.FEDERATION_LINK IS NULL)"
                + " OR NOT EXISTS (SELECT 1 FROM {USER_ENTITY} V"
                + " WHERE V.ID = {SBE_SCIM_DIRECTORY_USER}.USER_ID)"
                // MySQL deletes from no table that it reads, but for one within another.
                + " AND DIRECTORY_ID NOT IN (SELECT K.DIRECTORY_ID FROM (SELECT D.DIRECTORY_ID"
                + " FROM {SBE_SCIM_DIRECTORY_USER} D JOIN {SBE_SCIM_LINK} L"
                + " ON L.RESOURCE_ID = D.USER_ID) K)"));
  }
}
