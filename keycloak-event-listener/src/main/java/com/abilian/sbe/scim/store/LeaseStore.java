package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
   * Takes the leases that are free, have expired or are the holder's own. Rows that a transaction
   * of somebody else has locked are left out, so that nobody waits for the largest realm.
   *
   * @param holder of one life of one process: whoever starts again is another
   * @return the fences of those that the holder has now
   */
  public Map<String, Long> take(
      Connection connection, Collection<String> endpointIds, String holder, Duration length)
      throws SQLException {
    String now = now(connection);
    List<String> free =
        Sql.queryIn(
            connection,
            tables.sql(
                "SELECT ENDPOINT_ID FROM {SBE_SCIM_ENDPOINT}"
                    + " WHERE (HOLDER = ? OR HOLDER IS NULL OR EXPIRES_AT < "
                    + now
                    + ") AND ENDPOINT_ID IN (:ids) FOR UPDATE SKIP LOCKED"),
            row -> row.getString("ENDPOINT_ID"),
            endpointIds,
            holder);
    // FENCE before HOLDER: MariaDB assigns from left to right, and would compare with the new one.
    Sql.batch(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_ENDPOINT}"
                + " SET FENCE = CASE WHEN HOLDER = ? THEN FENCE ELSE FENCE + 1 END,"
                + " HOLDER = ?, EXPIRES_AT = "
                + now
                + " + "
                + length.toMillis()
                + " WHERE ENDPOINT_ID = ?"),
        free.stream().map(id -> new Object[] {holder, holder, id}).toList());
    return held(connection, free, holder);
  }

  /** The fences of those of these endpoints whose leases the holder has, expired or not. */
  public Map<String, Long> held(
      Connection connection, Collection<String> endpointIds, String holder) throws SQLException {
    Map<String, Long> fences = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT ENDPOINT_ID, FENCE FROM {SBE_SCIM_ENDPOINT}"
                + " WHERE HOLDER = ? AND ENDPOINT_ID IN (:ids)"),
        row -> fences.put(row.getString("ENDPOINT_ID"), row.getLong("FENCE")),
        endpointIds,
        holder);
    return fences;
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

  /** Whether a node holds the lease, or held it until {@code grace} ago. */
  public boolean isHeld(Connection connection, String endpointId, Duration grace)
      throws SQLException {
    return !Sql.query(
            connection,
            tables.sql(
                "SELECT ENDPOINT_ID FROM {SBE_SCIM_ENDPOINT} WHERE ENDPOINT_ID = ? AND EXPIRES_AT > "
                    + now(connection)
                    + " - ?"),
            row -> row.getString("ENDPOINT_ID"),
            endpointId,
            grace.toMillis())
        .isEmpty();
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
