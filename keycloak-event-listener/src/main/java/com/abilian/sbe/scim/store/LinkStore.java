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

  /** How many users the receiver has, as far as is known. */
  public int people(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT COUNT(*) FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ?"
                    + " AND RESOURCE_TYPE = 'USER' AND REMOTE_ID IS NOT NULL"),
            row -> row.getInt(1),
            endpointId)
        .get(0);
  }

  /** The users whom the receiver calls so, by these ids. */
  public Map<String, Link> usersAt(
      Connection connection, String endpointId, Collection<String> remoteIds) throws SQLException {
    Map<String, Link> found = new HashMap<>();
    Sql.queryIn(
        connection,
        select("RESOURCE_TYPE = 'USER' AND REMOTE_ID IN (:ids)"),
        row -> {
          Link link = LinkRow.read(row);
          return found.put(link.remoteId(), link);
        },
        remoteIds,
        endpointId);
    return found;
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
                + " INACTIVE = ?, STATE = ?, ATTEMPTS = ?, NOT_BEFORE = ?,"
                + " DIRTY_SINCE = ?, STILL_IN_SINCE = ?, LAST_STATUS = ?, LAST_ERROR = ?, LAST_OK_AT = ?, LOOK_AT = ?"
                + LinkRow.one(connection)),
        present);
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_LINK} (REMOTE_ID, REMOTE_VERSION, PUSHED_HASH,"
                + " INACTIVE, STATE, ATTEMPTS, NOT_BEFORE, DIRTY_SINCE, STILL_IN_SINCE, LAST_STATUS, LAST_ERROR, LAST_OK_AT, LOOK_AT,"
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
    return Sql.queryEach(
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
        tables.sql("DELETE FROM {SBE_SCIM_LINK}" + LinkRow.one(connection)),
        links.stream()
            .map(link -> new Object[] {endpointId, link.type().name(), link.resourceId()})
            .toList());
  }

  public void deleteAll(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_LINK} WHERE ENDPOINT_ID = ?"), endpointId);
  }

  /** The endpoint now points at another address: everything has to be looked up there. */
  public void forget(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LINK} SET REMOTE_ID = NULL, REMOTE_VERSION = NULL,"
                + " PUSHED_HASH = NULL, INACTIVE = 0, STATE = 'CREATING', ATTEMPTS = 0,"
                + " NOT_BEFORE = NULL, DIRTY_SINCE = NULL, STILL_IN_SINCE = NULL, LOOK_AT = NULL"
                + " WHERE ENDPOINT_ID = ?"),
        endpointId);
  }

  private String select(String condition) {
    return tables.sql(LinkRow.SELECT + condition);
  }

  private static Map<String, Link> byId(List<Link> links) {
    Map<String, Link> found = new HashMap<>();
    links.forEach(link -> found.put(link.resourceId(), link));
    return found;
  }
}
