package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;

/** The table of hosts that were learnt; a host is {@code host:port} in lower case. */
public final class HostStore {

  /**
   * Those of one endpoint.
   *
   * @param webhook null where it tells nobody of alarms
   * @param tokens of its token endpoint; null where it asks none
   */
  public record Hosts(String receiver, String webhook, String tokens) {}

  private final Tables tables;

  public HostStore(Tables tables) {
    this.tables = tables;
  }

  /**
   * An endpoint's realm may send to {@code hosts}, and no longer to those that were allowed before,
   * as long as the endpoint is there.
   */
  public void allow(Connection connection, String endpointId, String realmId, Hosts hosts)
      throws SQLException {
    delete(connection, endpointId);
    Sql.update(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_HOST}"
                + " (ENDPOINT_ID, REALM_ID, HOST, WEBHOOK_HOST, TOKEN_HOST)"
                + " VALUES (?, ?, ?, ?, ?)"),
        endpointId,
        realmId,
        hosts.receiver(),
        hosts.webhook(),
        hosts.tokens());
  }

  public boolean allows(Connection connection, String realmId, String host) throws SQLException {
    return !Sql.query(
            connection,
            tables.sql(
                "SELECT HOST FROM {SBE_SCIM_HOST} WHERE REALM_ID = ?"
                    + " AND (HOST = ? OR WEBHOOK_HOST = ? OR TOKEN_HOST = ?)"),
            row -> row.getString("HOST"),
            realmId,
            host,
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
