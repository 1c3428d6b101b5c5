package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The table of links, one row per endpoint and resource. */
public final class LinkStore {

  /**
   * Counts for the status. {@code retrying} does not count parked links, {@code oldest} is when the
   * first of them began to wait, {@code foreign} counts those left to a newer release. {@code
   * stillIn} counts resources through which a leaver still has access, {@code stillInSince} is
   * since when.
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

  /** Rows whose type or state only a newer release knows are left to it. */
  private static final String KNOWN =
      Sql.among("RESOURCE_TYPE", ResourceType.values())
          + " AND "
          + Sql.among("STATE", Link.State.known());

  private static final String RETRYING =
      "NOT_BEFORE IS NOT NULL AND STATE <> 'PARKED' AND " + KNOWN;

  private final Tables tables;

  public LinkStore(Tables tables) {
    this.tables = tables;
  }

  public Map<String, Link> find(
      Connection connection, String endpointId, ResourceType type, Collection<String> ids)
      throws SQLException {
    return byId(ofResources(connection, LinkRow.COLUMNS, endpointId, type, ids, LinkRow::read));
  }

  public Map<String, Link> all(Connection connection, String endpointId, ResourceType type)
      throws SQLException {
    return byId(
        Sql.query(connection, select("RESOURCE_TYPE = ?"), LinkRow::read, endpointId, type.name()));
  }

  /**
   * Links of one type whose resources' ids lie between two, as the database sorts them.
   *
   * @param after is not among them
   * @param last is among them; null where the range has no end
   */
  public Map<String, Link> between(
      Connection connection, String endpointId, ResourceType type, String after, String last)
      throws SQLException {
    String range = "RESOURCE_TYPE = ? AND RESOURCE_ID > ?";
    return byId(
        last == null
            ? Sql.query(connection, select(range), LinkRow::read, endpointId, type.name(), after)
            : Sql.query(
                connection,
                select(range + " AND RESOURCE_ID <= ?"),
                LinkRow::read,
                endpointId,
                type.name(),
                after,
                last));
  }

  /** Whether there is one of this type. */
  public boolean any(Connection connection, String endpointId, ResourceType type)
      throws SQLException {
    return !Sql.query(
            connection, select("RESOURCE_TYPE = ? LIMIT 1"), LinkRow::read, endpointId, type.name())
        .isEmpty();
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
        "%1$s BETWEEN 0 AND ? AND %2$s ORDER BY %1$s LIMIT %3$d".formatted(column, KNOWN, limit);
    return Sql.query(connection, select(condition), LinkRow::read, endpointId, now);
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
                    .formatted(column, KNOWN)),
            row -> Sql.nullableLong(row, "DUE"),
            endpointId)
        .get(0);
  }

  /** Updates the rows that are there and inserts the others. */
  public void save(Connection connection, String endpointId, Collection<Link> links)
      throws SQLException {
    List<Object[]> present = new ArrayList<>();
    List<Object[]> absent = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      List<Link> some = links.stream().filter(link -> link.type() == type).toList();
      // Asked, since the counts of a batch tell nothing on some databases.
      Set<String> stored = stored(connection, endpointId, type, some);
      for (Link link : some) {
        (stored.contains(link.resourceId()) ? present : absent)
            .add(LinkRow.values(endpointId, link));
      }
    }
    Sql.batch(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LINK} SET REMOTE_ID = ?, REMOTE_VERSION = ?, PUSHED_HASH = ?,"
                + " MEMBERS_HASH = ?, STATE = ?, ATTEMPTS = ?, NOT_BEFORE = ?,"
                + " DIRTY_SINCE = ?, STILL_IN_SINCE = ?, LAST_STATUS = ?, LAST_ERROR = ?, LAST_OK_AT = ?, LOOK_AT = ?"
                + " WHERE ENDPOINT_ID = ? AND RESOURCE_TYPE = ? AND RESOURCE_ID = ?"),
        present);
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_LINK} (REMOTE_ID, REMOTE_VERSION, PUSHED_HASH, MEMBERS_HASH,"
                + " STATE, ATTEMPTS, NOT_BEFORE, DIRTY_SINCE, STILL_IN_SINCE, LAST_STATUS, LAST_ERROR, LAST_OK_AT, LOOK_AT,"
                + " ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        absent);
  }

  private Set<String> stored(
      Connection connection, String endpointId, ResourceType type, List<Link> links)
      throws SQLException {
    List<String> ids = links.stream().map(Link::resourceId).toList();
    return new HashSet<>(
        ofResources(
            connection,
            "RESOURCE_TYPE, RESOURCE_ID",
            endpointId,
            type,
            ids,
            row -> row.getString("RESOURCE_ID")));
  }

  /**
   * Rows of these resources. The endpoint is compared here: told of it, some databases would read
   * all its links.
   */
  private <T> List<T> ofResources(
      Connection connection,
      String columns,
      String endpointId,
      ResourceType type,
      Collection<String> ids,
      Sql.Row<T> reader)
      throws SQLException {
    return Sql.queryIn(
            connection,
            tables.sql(
                "SELECT ENDPOINT_ID, "
                    + columns
                    + " FROM {SBE_SCIM_LINK} WHERE RESOURCE_ID IN (:ids)"),
            row ->
                endpointId.equals(row.getString("ENDPOINT_ID"))
                        && type.name().equals(row.getString("RESOURCE_TYPE"))
                    ? reader.read(row)
                    : null,
            ids)
        .stream()
        .filter(Objects::nonNull)
        .toList();
  }

  public void delete(Connection connection, String endpointId, Collection<Link> links)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "DELETE FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ? AND RESOURCE_TYPE = ?"
                + " AND RESOURCE_ID = ?"),
        links.stream()
            .map(link -> new Object[] {endpointId, link.type().name(), link.resourceId()})
            .toList());
  }

  public void deleteAll(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ?"), endpointId);
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
        tables.sql(
            "UPDATE {SBE_SCIM_LINK} SET NOT_BEFORE = ?"
                + " WHERE ENDPOINT_ID = ? AND RESOURCE_TYPE = ? AND RESOURCE_ID = ?"),
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
        tables.sql(
            "UPDATE {SBE_SCIM_LINK} SET BLOCKED_BY = ?"
                + " WHERE ENDPOINT_ID = ? AND RESOURCE_TYPE = ? AND RESOURCE_ID = ?"),
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

  public List<Refusal> refusals(Connection connection, String endpointId, int limit)
      throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT RESOURCE_TYPE, RESOURCE_ID, LAST_STATUS, LAST_ERROR, DIRTY_SINCE, BLOCKED_BY"
                + " FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ? AND STATE = 'PARKED' AND "
                + KNOWN
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

  /** The endpoint now points at another address: everything has to be looked up there. */
  public void forget(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LINK} SET REMOTE_ID = NULL, REMOTE_VERSION = NULL,"
                + " PUSHED_HASH = NULL, MEMBERS_HASH = NULL, STATE = 'CREATING', ATTEMPTS = 0,"
                + " NOT_BEFORE = NULL, DIRTY_SINCE = NULL, STILL_IN_SINCE = NULL, LOOK_AT = NULL"
                + " WHERE ENDPOINT_ID = ?"),
        endpointId);
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
                    + " SUM(CASE WHEN STATE = 'PARKED' THEN 1 ELSE 0 END) AS PARKED,"
                    + " SUM(CASE WHEN "
                    + RETRYING
                    + " THEN 1 ELSE 0 END) AS RETRYING,"
                    + " MIN(CASE WHEN "
                    + RETRYING
                    + " THEN DIRTY_SINCE END) AS OLDEST,"
                    + " SUM(CASE WHEN "
                    + KNOWN
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

  private String select(String condition) {
    return tables.sql(
        "SELECT "
            + LinkRow.COLUMNS
            + " FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ? AND "
            + condition);
  }

  private static Map<String, Link> byId(List<Link> links) {
    Map<String, Link> found = new HashMap<>();
    links.forEach(link -> found.put(link.resourceId(), link));
    return found;
  }
}
