package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The components of realms, from Keycloak's own tables. */
public final class Components {

  /** A component of ours with its configuration. */
  public record Component(
      String id, String realmId, String realmName, String name, Map<String, List<String>> config) {}

  private final Tables tables;

  Components(Tables tables) {
    this.tables = tables;
  }

  /** Values are sorted, and none is null: some databases keep an empty one as null. */
  public List<Component> all(Connection connection, String type, String providerId)
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
