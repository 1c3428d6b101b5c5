package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;

/** The table of hosts that were learnt; a host is {@code host:port} in lower case. */
public final class HostStore {

  private final Tables tables;

  public HostStore(Tables tables) {
    this.tables = tables;
  }

  /**
   * An endpoint's realm may send to {@code host} as long as the endpoint is there.
   *
   * @param webhook another such host; null for none
   */
  public void allow(
      Connection connection, String endpointId, String realmId, String host, String webhook)
      throws SQLException {
    delete(connection, endpointId);
    Sql.update(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_HOST} (ENDPOINT_ID, REALM_ID, HOST, WEBHOOK_HOST)"
                + " VALUES (?, ?, ?, ?)"),
        endpointId,
        realmId,
        host,
        webhook);
  }

  public boolean allows(Connection connection, String realmId, String host) throws SQLException {
    return !Sql.query(
            connection,
            tables.sql(
                "SELECT HOST FROM {SBE_SCIM_HOST} WHERE REALM_ID = ?"
                    + " AND (HOST = ? OR WEBHOOK_HOST = ?)"),
            row -> row.getString("HOST"),
            realmId,
            host,
            host)
        .isEmpty();
  }

  public void delete(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_HOST} WHERE ENDPOINT_ID = ?"), endpointId);
  }

  public void deleteRealm(Connection connection, String realmId) throws SQLException {
    Sql.update(connection, tables.sql("DELETE FROM {SBE_SCIM_HOST} WHERE REALM_ID = ?"), realmId);
  }
}
