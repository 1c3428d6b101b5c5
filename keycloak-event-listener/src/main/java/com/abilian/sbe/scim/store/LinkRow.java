package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LinkFailure;
import com.abilian.sbe.scim.project.LinkState;
import com.abilian.sbe.scim.project.ResourceType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A link as a row of its table. */
final class LinkRow {

  static final String COLUMNS =
      "RESOURCE_TYPE, RESOURCE_ID, REMOTE_ID, REMOTE_VERSION, PUSHED_HASH, INACTIVE, STATE,"
          + " ATTEMPTS, NOT_BEFORE, DIRTY_SINCE, STILL_IN_SINCE, LAST_STATUS, LAST_ERROR, LAST_OK_AT,"
          + " LOOK_AT";

  /** The links of an endpoint; a condition follows. */
  static final String SELECT =
      "SELECT " + COLUMNS + " FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ? AND ";

  /** Rows whose type or state only a newer release knows are left to it. */
  static final String KNOWN =
      Sql.among("RESOURCE_TYPE", ResourceType.values())
          + " AND "
          + Sql.among("STATE", LinkState.known());

  private LinkRow() {}

  /** All columns but the key first, as {@code UPDATE} and {@code INSERT} of the store name them. */
  static Object[] values(String endpointId, Link link) {
    LinkFailure failure = link.failure();
    return new Object[] {
      link.remote().id(),
      link.remote().version(),
      link.pushed().hash(),
      link.pushed().inactive() ? 1 : 0,
      link.state().name(),
      failure.attempts(),
      Sql.Null.LONG.or(failure.notBefore()),
      Sql.Null.LONG.or(failure.dirtySince()),
      Sql.Null.LONG.or(failure.stillInSince()),
      Sql.Null.INTEGER.or(failure.status()),
      Sql.clipped(failure.error()),
      Sql.Null.LONG.or(link.lastOkAt()),
      Sql.Null.LONG.or(link.lookAt()),
      endpointId,
      link.type().name(),
      link.resourceId()
    };
  }

  /**
   * The condition of one row. As long as the table was never analysed, PostgreSQL takes the index
   * of what is due to be as good as any, and reads all links of the endpoint for each of them.
   */
  static String one(Connection connection) throws SQLException {
    boolean isPostgres = Sql.isPostgres(connection);
    String endpoint = isPostgres ? Sql.unindexed("ENDPOINT_ID") : "ENDPOINT_ID";
    return " WHERE " + endpoint + " = ? AND RESOURCE_TYPE = ? AND RESOURCE_ID = ?";
  }

  static Link read(ResultSet row) throws SQLException {
    return new Link(
        ResourceType.valueOf(row.getString("RESOURCE_TYPE")),
        row.getString("RESOURCE_ID"),
        LinkState.of(row.getString("STATE")),
        new Link.Remote(row.getString("REMOTE_ID"), row.getString("REMOTE_VERSION")),
        new Link.Pushed(row.getString("PUSHED_HASH"), row.getInt("INACTIVE") != 0),
        failure(row),
        Sql.nullableLong(row, "LAST_OK_AT"),
        Sql.nullableLong(row, "LOOK_AT"));
  }

  private static LinkFailure failure(ResultSet row) throws SQLException {
    return new LinkFailure(
        row.getInt("ATTEMPTS"),
        Sql.nullableLong(row, "NOT_BEFORE"),
        Sql.nullableLong(row, "DIRTY_SINCE"),
        Sql.nullableLong(row, "STILL_IN_SINCE"),
        Sql.nullableInt(row, "LAST_STATUS"),
        row.getString("LAST_ERROR"));
  }
}
