package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** When links are due: for a retry, or for a look. */
public final class Retries {

  private final Tables tables;

  Retries(Tables tables) {
    this.tables = tables;
  }

  // A lower bound keeps the many links out that have nothing to wait for: H2 reads nulls as the
  // least.

  /** Links whose retry or look is due, the longest waiting first, retries before looks. */
  public List<Link> due(Connection connection, String endpointId, long now, int limit)
      throws SQLException {
    List<Link> due = new ArrayList<>(due(connection, endpointId, "NOT_BEFORE", now, limit));
    due.addAll(due(connection, endpointId, "LOOK_AT", now, limit - due.size()));
    return due;
  }

  private List<Link> due(
      Connection connection, String endpointId, String column, long now, int limit)
      throws SQLException {
    String condition =
        "%1$s BETWEEN 0 AND ? AND %2$s ORDER BY %1$s LIMIT %3$d"
            .formatted(column, LinkRow.KNOWN, limit);
    return Sql.query(
        connection, tables.sql(LinkRow.SELECT + condition), LinkRow::read, endpointId, now);
  }

  /** When the next retry or look is due, epoch milliseconds; null where none is. */
  public Long nextDue(Connection connection, String endpointId) throws SQLException {
    Long retry = nextDue(connection, endpointId, "NOT_BEFORE");
    Long look = nextDue(connection, endpointId, "LOOK_AT");
    return retry == null || look != null && look < retry ? look : retry;
  }

  private Long nextDue(Connection connection, String endpointId, String column)
      throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT MIN(%1$s) AS DUE FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ? AND %1$s >= 0 AND %2$s"
                    .formatted(column, LinkRow.KNOWN)),
            row -> Sql.nullableLong(row, "DUE"),
            endpointId)
        .get(0);
  }

  /**
   * After an outage, links that failed during it are due at once, and so are those through which a
   * leaver still has access.
   */
  public void retryNow(Connection connection, String endpointId, long now) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LINK} SET NOT_BEFORE = ? WHERE ENDPOINT_ID = ? AND NOT_BEFORE > ?"
                + " AND (STATE <> 'PARKED' OR STILL_IN_SINCE IS NOT NULL)"),
        now,
        endpointId,
        now);
  }

  /** These are due at {@code at}, epoch milliseconds, whatever became of them. */
  public void retryAt(
      Connection connection, String endpointId, ResourceType type, Collection<String> ids, long at)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql("UPDATE {SBE_SCIM_LINK} SET NOT_BEFORE = ?" + LinkRow.one(connection)),
        ids.stream().map(id -> new Object[] {at, endpointId, type.name(), id}).toList());
  }

  /**
   * A resource was refused because another one of this endpoint has its name.
   *
   * @param holder the id of the other one; null where none is known
   */
  public void block(
      Connection connection, String endpointId, ResourceType type, String id, String holder)
      throws SQLException {
    Sql.update(
        connection,
        tables.sql("UPDATE {SBE_SCIM_LINK} SET BLOCKED_BY = ?" + LinkRow.one(connection)),
        holder,
        endpointId,
        type.name(),
        id);
  }

  /** These may have let go of a name: what was refused because of them is due. */
  public void unblock(
      Connection connection, String endpointId, ResourceType type, Collection<String> ids, long now)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LINK} SET NOT_BEFORE = ?, BLOCKED_BY = NULL WHERE BLOCKED_BY = ?"
                + " AND ENDPOINT_ID = ? AND RESOURCE_TYPE = ? AND STATE = 'PARKED'"),
        ids.stream().map(id -> new Object[] {now, id, endpointId, type.name()}).toList());
  }
}
