package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * The columns of an endpoint's row that say which node delivers to it: until EXPIRES_AT by the
 * database's clock, under a FENCE that is another for each holder.
 */
public final class LeaseStore {

  private static final String STANDARD_NOW =
      "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";

  private static final String MARIADB_NOW = "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";

  private final Tables tables;

  public LeaseStore(Tables tables) {
    this.tables = tables;
  }

  /**
   * Takes or renews the lease, where it is free, has expired or is the holder's own.
   *
   * @param holder of one life of one process: whoever starts again is another
   * @return the fence; empty where another holds the lease, or the endpoint has no row
   */
  public OptionalLong take(Connection connection, String endpointId, String holder, Duration length)
      throws SQLException {
    String now = now(connection);
    // FENCE before HOLDER: MariaDB assigns from left to right, and would compare with the new one.
    int taken =
        Sql.update(
            connection,
            tables.sql(
                "UPDATE {SBE_SCIM_ENDPOINT}"
                    + " SET FENCE = CASE WHEN HOLDER = ? THEN FENCE ELSE FENCE + 1 END,"
                    + " HOLDER = ?, EXPIRES_AT = "
                    + now
                    + " + ? WHERE ENDPOINT_ID = ? AND (HOLDER = ? OR HOLDER IS NULL OR EXPIRES_AT < "
                    + now
                    + ")"),
            holder,
            holder,
            length.toMillis(),
            endpointId,
            holder);
    if (taken == 0) {
      return OptionalLong.empty();
    }
    return Sql.query(
            connection,
            tables.sql("SELECT FENCE FROM {SBE_SCIM_ENDPOINT} WHERE ENDPOINT_ID = ?"),
            row -> row.getLong("FENCE"),
            endpointId)
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /**
   * Keeps everybody else from taking the lease until the end of the transaction.
   *
   * @return whether the lease is held under this fence
   */
  boolean keep(Connection connection, String endpointId, String holder, long fence)
      throws SQLException {
    return Sql.update(
            connection,
            tables.sql(
                "UPDATE {SBE_SCIM_ENDPOINT} SET HOLDER = ?"
                    + " WHERE ENDPOINT_ID = ? AND HOLDER = ? AND FENCE = ?"),
            holder,
            endpointId,
            holder,
            fence)
        > 0;
  }

  /** Gives the lease back, so that another node takes it at once. */
  public void release(Connection connection, String endpointId, String holder) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_ENDPOINT} SET HOLDER = NULL, EXPIRES_AT = NULL"
                + " WHERE ENDPOINT_ID = ? AND HOLDER = ?"),
        endpointId,
        holder);
  }

  /** Endpoints that the node holds and that have marks, whoever made them. */
  public List<String> marked(Connection connection, String holder) throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT E.ENDPOINT_ID FROM {SBE_SCIM_ENDPOINT} E WHERE E.HOLDER = ? AND EXISTS"
                + " (SELECT 1 FROM {SBE_SCIM_MARK} M WHERE M.ENDPOINT_ID = E.ENDPOINT_ID)"),
        row -> row.getString("ENDPOINT_ID"),
        holder);
  }

  /** The database's clock, epoch milliseconds. */
  private static String now(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return product.equals("MariaDB") || product.equals("MySQL") ? MARIADB_NOW : STANDARD_NOW;
  }
}
