package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Keycloak's organizations: whoever is a managed member of one that is disabled, or of any where
 * the realm has organizations switched off, is disabled, whatever their own row says.
 */
final class Organizations {

  private static final Logger LOG = Logger.getLogger(Organizations.class);

  private static final Map<String, Set<String>> NEEDED =
      Map.of(
          "ORG", Set.of("GROUP_ID", "REALM_ID", "ENABLED"),
          "USER_GROUP_MEMBERSHIP", Set.of("MEMBERSHIP_TYPE"),
          "REALM_ATTRIBUTE", Set.of("REALM_ID", "NAME", "VALUE"));

  private final Tables tables;

  /** Null until it was looked up: some servers may have no organizations. */
  private volatile Boolean present;

  Organizations(Tables tables) {
    this.tables = tables;
  }

  /** Those of {@code userIds} who are disabled by an organization of the realm. */
  Set<String> disabledMembers(Connection connection, String realmId, Collection<String> userIds)
      throws SQLException {
    Set<String> groups = isPresent(connection) ? disabled(connection, realmId) : Set.of();
    if (groups.isEmpty() || userIds.isEmpty()) {
      return Set.of();
    }
    Set<String> found = new HashSet<>();
    Sql.queryEach(
        connection,
        tables.sql(
            "SELECT USER_ID, GROUP_ID FROM {USER_GROUP_MEMBERSHIP}"
                + " WHERE MEMBERSHIP_TYPE = 'MANAGED' AND USER_ID IN (:ids)"),
        row -> groups.contains(row.getString("GROUP_ID")) && found.add(row.getString("USER_ID")),
        userIds);
    return found;
  }

  /** Groups of the organizations that disable their managed members. */
  private Set<String> disabled(Connection connection, String realmId) throws SQLException {
    return new HashSet<>(
        Sql.query(
            connection,
            tables.sql(
                "SELECT O.GROUP_ID FROM {ORG} O WHERE O.REALM_ID = ? AND (O.ENABLED = FALSE"
                    + " OR NOT EXISTS (SELECT 1 FROM {REALM_ATTRIBUTE} A"
                    + " WHERE A.REALM_ID = O.REALM_ID AND A.NAME = 'organizationsEnabled'"
                    + " AND A.VALUE = 'true'))"),
            row -> row.getString("GROUP_ID"),
            realmId));
  }

  /** The managed members of an organization. */
  List<String> managedMembers(Connection connection, String organizationId) throws SQLException {
    if (!isPresent(connection)) {
      return List.of();
    }
    return Sql.query(
        connection,
        tables.sql(
            "SELECT M.USER_ID FROM {ORG} O JOIN {USER_GROUP_MEMBERSHIP} M"
                + " ON M.GROUP_ID = O.GROUP_ID AND M.MEMBERSHIP_TYPE = 'MANAGED'"
                + " WHERE O.ID = ?"),
        row -> row.getString("USER_ID"),
        organizationId);
  }

  /** Asked of the catalogue: on some databases a statement that fails ends the transaction. */
  private boolean isPresent(Connection connection) throws SQLException {
    Boolean known = present;
    if (known == null) {
      known = true;
      for (Map.Entry<String, Set<String>> table : NEEDED.entrySet()) {
        known = known && columns(connection, table.getKey()).containsAll(table.getValue());
      }
      if (!known) {
        LOG.warn("This Keycloak keeps no organizations, or otherwise: they disable nobody here");
      }
      present = known;
    }
    return known;
  }

  private static Set<String> columns(Connection connection, String table) throws SQLException {
    DatabaseMetaData catalogue = connection.getMetaData();
    Set<String> found = new HashSet<>();
    for (String name : List.of(table, table.toLowerCase(Locale.ROOT))) {
      try (ResultSet rows = catalogue.getColumns(connection.getCatalog(), null, name, null)) {
        while (rows.next()) {
          found.add(rows.getString("COLUMN_NAME").toUpperCase(Locale.ROOT));
        }
      }
    }
    return found;
  }
}
