package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The table of fixed bearer tokens and of clients' secrets. */
public final class SecretStore {

  /**
   * What a secret is good for.
   *
   * @param id by which the component refers to it
   * @param target hash of the addresses that it was given with
   */
  public record Use(String id, String endpointId, String realmId, String target) {}

  private final Tables tables;

  public SecretStore(Tables tables) {
    this.tables = tables;
  }

  /** Keeps {@code secret}; an endpoint has one. */
  public void replace(Connection connection, Use use, String secret) throws SQLException {
    delete(connection, use.endpointId());
    Sql.update(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_SECRET} (ID, ENDPOINT_ID, REALM_ID, TARGET, SECRET)"
                + " VALUES (?, ?, ?, ?, ?)"),
        use.id(),
        use.endpointId(),
        use.realmId(),
        use.target(),
        secret);
  }

  /** Empty where it was given for anything else. */
  public Optional<String> find(Connection connection, Use use) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT SECRET FROM {SBE_SCIM_SECRET}"
                    + " WHERE ID = ? AND ENDPOINT_ID = ? AND REALM_ID = ? AND TARGET = ?"),
            row -> row.getString("SECRET"),
            use.id(),
            use.endpointId(),
            use.realmId(),
            use.target())
        .stream()
        .findFirst();
  }

  public void delete(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_SECRET} WHERE ENDPOINT_ID = ?"), endpointId);
  }

  public void deleteRealm(Connection connection, String realmId) throws SQLException {
    Sql.update(connection, tables.sql("DELETE FROM {SBE_SCIM_SECRET} WHERE REALM_ID = ?"), realmId);
  }
}
