package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What the links of an endpoint tell of it, for its status. */
public final class LinkReport {

  /**
   * Counts for the status. {@code parked} does not count users who wait for a loss that is held,
   * {@code retrying} does not count parked links, {@code oldest} is when the first of them began to
   * wait, {@code foreign} counts those left to a newer release. {@code stillIn} counts resources
   * through which a leaver still has access, {@code stillInSince} is since when.
   */
  public record Summary(
      int users,
      int groups,
      int parked,
      int retrying,
      Long oldest,
      int foreign,
      int stillIn,
      Long stillInSince) {}

  /**
   * What the receiver refused, the longest refused first.
   *
   * @param status of the answer, or null
   * @param error status and SCIM error type, never the answer's text
   * @param since epoch milliseconds, or null
   * @param blockedBy id of the resource of this endpoint that has its name; null where none is
   *     known
   */
  public record Refusal(
      ResourceType type,
      String resourceId,
      Integer status,
      String error,
      Long since,
      String blockedBy) {}

  private static final String REFUSED = "COALESCE(LAST_ERROR, '') <> '" + Link.OTHER_ID + "'";

  private static final String RETRYING =
      "NOT_BEFORE IS NOT NULL AND STATE <> 'PARKED' AND " + LinkRow.KNOWN;

  private final Tables tables;

  public LinkReport(Tables tables) {
    this.tables = tables;
  }

  public Summary summary(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT"
                    + " SUM(CASE WHEN RESOURCE_TYPE = 'USER' AND REMOTE_ID IS NOT NULL"
                    + " THEN 1 ELSE 0 END) AS USERS,"
                    + " SUM(CASE WHEN RESOURCE_TYPE = 'GROUP' AND REMOTE_ID IS NOT NULL"
                    + " THEN 1 ELSE 0 END) AS GROUPS_LINKED,"
                    + " SUM(CASE WHEN STATE = 'PARKED' AND "
                    + REFUSED
                    + " THEN 1 ELSE 0 END) AS PARKED,"
                    + " SUM(CASE WHEN "
                    + RETRYING
                    + " THEN 1 ELSE 0 END) AS RETRYING,"
                    + " MIN(CASE WHEN "
                    + RETRYING
                    + " THEN DIRTY_SINCE END) AS OLDEST,"
                    + " SUM(CASE WHEN "
                    + LinkRow.KNOWN
                    + " THEN 0 ELSE 1 END) AS FOREIGN_LINKS,"
                    + " COUNT(STILL_IN_SINCE) AS STILL_IN,"
                    + " MIN(STILL_IN_SINCE) AS FIRST_STILL_IN"
                    + " FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ?"),
            row ->
                new Summary(
                    row.getInt("USERS"),
                    row.getInt("GROUPS_LINKED"),
                    row.getInt("PARKED"),
                    row.getInt("RETRYING"),
                    Sql.nullableLong(row, "OLDEST"),
                    row.getInt("FOREIGN_LINKS"),
                    row.getInt("STILL_IN"),
                    Sql.nullableLong(row, "FIRST_STILL_IN")),
            endpointId)
        .get(0);
  }

  /** Through how many users and groups a leaver still has access; empty where none has. */
  Optional<AlarmStore.Lasting> stillIn(Connection connection, String endpointId)
      throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT COUNT(*) AS STILL_IN, MIN(STILL_IN_SINCE) AS SINCE FROM {SBE_SCIM_LINK}"
                    + " WHERE ENDPOINT_ID = ? AND STILL_IN_SINCE IS NOT NULL"),
            row -> new AlarmStore.Lasting(row.getInt("STILL_IN"), row.getLong("SINCE")),
            endpointId)
        .stream()
        .filter(found -> found.count() > 0)
        .findFirst();
  }

  /** As {@code parked} of {@link Summary}. */
  public List<Refusal> refusals(Connection connection, String endpointId, int limit)
      throws SQLException {
    return refusals(connection, endpointId, limit, REFUSED);
  }

  /** With users who wait for a loss that is held. */
  public List<Refusal> waiting(Connection connection, String endpointId, int limit)
      throws SQLException {
    return refusals(connection, endpointId, limit, "1 = 1");
  }

  private List<Refusal> refusals(
      Connection connection, String endpointId, int limit, String condition) throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT RESOURCE_TYPE, RESOURCE_ID, LAST_STATUS, LAST_ERROR, DIRTY_SINCE, BLOCKED_BY"
                + " FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ? AND STATE = 'PARKED' AND "
                + condition
                + " AND "
                + LinkRow.KNOWN
                + " ORDER BY DIRTY_SINCE, RESOURCE_ID LIMIT "
                + limit),
        row ->
            new Refusal(
                ResourceType.valueOf(row.getString("RESOURCE_TYPE")),
                row.getString("RESOURCE_ID"),
                Sql.nullableInt(row, "LAST_STATUS"),
                row.getString("LAST_ERROR"),
                Sql.nullableLong(row, "DIRTY_SINCE"),
                row.getString("BLOCKED_BY")),
        endpointId);
  }
}
