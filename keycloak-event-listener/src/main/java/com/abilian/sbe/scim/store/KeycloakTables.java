package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** What is read of Keycloak's own tables, whatever its version. */
public final class KeycloakTables {

  private static final Map<String, String> NEEDED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "USER_ENTITY",
                  "ID, REALM_ID, USERNAME, EMAIL, FIRST_NAME, LAST_NAME, ENABLED,"
                      + " SERVICE_ACCOUNT_CLIENT_LINK, FEDERATION_LINK"),
              Map.entry("USER_ATTRIBUTE", "USER_ID, NAME, T.VALUE, LONG_VALUE"),
              Map.entry("KEYCLOAK_GROUP", "ID, NAME, PARENT_GROUP, REALM_ID, TYPE"),
              Map.entry("USER_GROUP_MEMBERSHIP", "GROUP_ID, USER_ID"),
              Map.entry("KEYCLOAK_ROLE", "ID, NAME, REALM_ID, CLIENT"),
              Map.entry("CLIENT", "ID, CLIENT_ID"),
              Map.entry("COMPOSITE_ROLE", "COMPOSITE, CHILD_ROLE"),
              Map.entry("USER_ROLE_MAPPING", "USER_ID, ROLE_ID"),
              Map.entry("GROUP_ROLE_MAPPING", "GROUP_ID, ROLE_ID"),
              Map.entry("COMPONENT", "ID, NAME, REALM_ID, PARENT_ID, PROVIDER_ID, PROVIDER_TYPE"),
              Map.entry("COMPONENT_CONFIG", "COMPONENT_ID, NAME, T.VALUE"),
              Map.entry("REALM", "ID, NAME")));

  private final Tables tables;

  KeycloakTables(Tables tables) {
    this.tables = tables;
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
}
