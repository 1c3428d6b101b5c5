package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.store.RealmReader.Membership;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The table of marks: inserted with the change, deleted once it was delivered. */
public final class MarkStore {

  /**
   * How much waits.
   *
   * @param oldest epoch milliseconds, null where nothing waits
   * @param foreign other marks, which only a newer release can read
   */
  public record Backlog(int count, Long oldest, int foreign) {}

  /** What another kind or priority means only a newer release knows: such marks wait for it. */
  private static final String KNOWN_KIND = Sql.among("KIND", MarkKind.values());

  private static final String KNOWN =
      KNOWN_KIND + " AND PRIORITY BETWEEN 0 AND " + (Mark.Priority.values().length - 1);

  private static final String COLUMNS =
      "ID, REALM_ID, ENDPOINT_ID, PRIORITY, KIND, RESOURCE_ID, MEMBER_ID, CAUSE, CREATED_AT";

  private final Tables tables;

  public MarkStore(Tables tables) {
    this.tables = tables;
  }

  public void insert(Connection connection, Collection<Mark> marks) throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_MARK} (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        marks.stream().map(MarkStore::values).toList());
  }

  /**
   * The first {@code limit} marks of an endpoint, older before newer; live ones alone where there
   * are any, so that groups that change do not wait for all the users of a full sync.
   */
  public List<Mark> first(Connection connection, String endpointId, int limit) throws SQLException {
    List<Mark> live = first(connection, endpointId, Mark.Priority.LIVE, limit);
    return live.isEmpty() ? first(connection, endpointId, Mark.Priority.FULL_SYNC, limit) : live;
  }

  /** As above, of one priority. */
  public List<Mark> first(
      Connection connection, String endpointId, Mark.Priority priority, int limit)
      throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT "
                + COLUMNS
                + " FROM {SBE_SCIM_MARK} WHERE ENDPOINT_ID = ? AND PRIORITY = ? AND "
                + KNOWN_KIND
                + " ORDER BY ENDPOINT_ID, PRIORITY, ID LIMIT "
                + limit),
        MarkStore::read,
        endpointId,
        priority.ordinal());
  }

  /** The endpoint's REALM marks, oldest first: full syncs under way or to come. */
  public List<Mark> fullSyncs(Connection connection, String endpointId) throws SQLException {
    return ofEverybody(connection, endpointId, MarkKind.REALM);
  }

  /** As above, of ROLES. */
  public List<Mark> roles(Connection connection, String endpointId) throws SQLException {
    return ofEverybody(connection, endpointId, MarkKind.ROLES);
  }

  private List<Mark> ofEverybody(Connection connection, String endpointId, MarkKind kind)
      throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT "
                + COLUMNS
                + " FROM {SBE_SCIM_MARK} WHERE ENDPOINT_ID = ? AND PRIORITY = ? AND KIND = ?"
                + " ORDER BY ENDPOINT_ID, PRIORITY, ID"),
        MarkStore::read,
        endpointId,
        Mark.Priority.FULL_SYNC.ordinal(),
        kind.name());
  }

  /** What asks for a comparison at these endpoints. */
  public List<Mark> comparisons(Connection connection, Collection<String> endpointIds)
      throws SQLException {
    return Sql.queryIn(
        connection,
        tables.sql(
            "SELECT "
                + COLUMNS
                + " FROM {SBE_SCIM_MARK} WHERE PRIORITY = ? AND KIND = ? AND ENDPOINT_ID IN (:ids)"),
        MarkStore::read,
        endpointIds,
        Mark.Priority.COMPARISON.ordinal(),
        MarkKind.COMPARISON.name());
  }

  /** Those of these resources that have a mark of their own at the endpoint. */
  public Set<String> waiting(
      Connection connection, String endpointId, Collection<String> resourceIds)
      throws SQLException {
    return new HashSet<>(
        Sql.queryIn(
            connection,
            tables.sql(
                "SELECT DISTINCT RESOURCE_ID FROM {SBE_SCIM_MARK} WHERE ENDPOINT_ID = ?"
                    + " AND KIND IN ('USER', 'GROUP', 'GROUP_TREE') AND RESOURCE_ID IN (:ids)"),
            row -> row.getString("RESOURCE_ID"),
            resourceIds,
            endpointId));
  }

  /** Those of these memberships that have a mark of their own at the endpoint. */
  public Set<Membership> waitingMembers(
      Connection connection, String endpointId, Collection<Membership> memberships)
      throws SQLException {
    Set<String> members = memberships.stream().map(Membership::userId).collect(Collectors.toSet());
    Set<Membership> waiting =
        new HashSet<>(
            Sql.queryIn(
                connection,
                tables.sql(
                    "SELECT DISTINCT RESOURCE_ID, MEMBER_ID FROM {SBE_SCIM_MARK}"
                        + " WHERE ENDPOINT_ID = ? AND KIND = 'MEMBER' AND MEMBER_ID IN (:ids)"),
                row -> new Membership(row.getString("RESOURCE_ID"), row.getString("MEMBER_ID")),
                members,
                endpointId));
    waiting.retainAll(memberships);
    return waiting;
  }

  public void delete(Connection connection, Collection<String> ids) throws SQLException {
    Sql.batch(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_MARK} WHERE ID = ?"),
        ids.stream().map(id -> new Object[] {id}).toList());
  }

  public void deleteAll(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_MARK} WHERE ENDPOINT_ID = ?"), endpointId);
  }

  public Backlog backlog(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT COUNT(*) AS MARKS, MIN(CASE WHEN "
                    + KNOWN
                    + " THEN CREATED_AT END) AS OLDEST, SUM(CASE WHEN "
                    + KNOWN
                    + " THEN 1 ELSE 0 END) AS WAITING FROM {SBE_SCIM_MARK}"
                    + " WHERE ENDPOINT_ID = ?"),
            row ->
                new Backlog(
                    row.getInt("WAITING"),
                    Sql.nullableLong(row, "OLDEST"),
                    row.getInt("MARKS") - row.getInt("WAITING")),
            endpointId)
        .get(0);
  }

  private static Object[] values(Mark mark) {
    return new Object[] {
      mark.id(),
      mark.realmId(),
      mark.endpointId(),
      mark.priority().ordinal(),
      mark.kind().name(),
      mark.resourceId(),
      mark.memberId(),
      mark.cause(),
      mark.createdAt()
    };
  }

  private static Mark read(ResultSet row) throws SQLException {
    return new Mark(
        row.getString("ID"),
        row.getString("REALM_ID"),
        row.getString("ENDPOINT_ID"),
        Mark.Priority.values()[row.getInt("PRIORITY")],
        MarkKind.valueOf(row.getString("KIND")),
        row.getString("RESOURCE_ID"),
        row.getString("MEMBER_ID"),
        row.getString("CAUSE"),
        row.getLong("CREATED_AT"));
  }
}
