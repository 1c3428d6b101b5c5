package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.store.RealmReader.Membership;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What snapshots of LDAP directories have told of groups and their members. */
public final class DirectoryStore {

  /**
   * How a directory fares. Times are epoch milliseconds.
   *
   * @param takenAt when the last complete snapshot began; 0 where there was none
   * @param wantedAt when somebody last had to wait for one; 0 where nobody had
   * @param people how many it showed
   * @param failingSince null where it answered the last time
   * @param reason null as {@code failingSince}
   */
  public record State(
      String providerId,
      long takenAt,
      long wantedAt,
      int people,
      Long failingSince,
      String reason) {

    public static State unknown(String providerId) {
      return new State(providerId, 0, 0, 0, null, null);
    }
  }

  private final Tables tables;

  public DirectoryStore(Tables tables) {
    this.tables = tables;
  }

  /** The states of the directories of these realms, by provider. */
  public Map<String, State> states(Connection connection, Collection<String> realmIds)
      throws SQLException {
    Map<String, State> found = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT PROVIDER_ID, TAKEN_AT, WANTED_AT, PEOPLE, FAILING_SINCE, REASON"
                + " FROM {SBE_SCIM_DIRECTORY} WHERE REALM_ID IN (:ids)"),
        row ->
            found.put(
                row.getString("PROVIDER_ID"),
                new State(
                    row.getString("PROVIDER_ID"),
                    row.getLong("TAKEN_AT"),
                    row.getLong("WANTED_AT"),
                    row.getInt("PEOPLE"),
                    Sql.nullableLong(row, "FAILING_SINCE"),
                    row.getString("REASON"))),
        realmIds);
    return found;
  }

  public void insert(Connection connection, String realmId, String providerId) throws SQLException {
    Sql.update(
        connection,
        tables.sql("INSERT INTO {SBE_SCIM_DIRECTORY} (PROVIDER_ID, REALM_ID) VALUES (?, ?)"),
        providerId,
        realmId);
  }

  /** Somebody waits for snapshots of the realm's directories. */
  public void want(Connection connection, String realmId, long now) throws SQLException {
    Sql.update(
        connection,
        tables.sql("UPDATE {SBE_SCIM_DIRECTORY} SET WANTED_AT = ? WHERE REALM_ID = ?"),
        now,
        realmId);
  }

  /**
   * A complete snapshot is about to be stored.
   *
   * @return whether no newer one was; nobody else stores one before the end of the transaction
   */
  public boolean taken(Connection connection, String providerId, long at, int people)
      throws SQLException {
    return Sql.update(
            connection,
            tables.sql(
                "UPDATE {SBE_SCIM_DIRECTORY} SET TAKEN_AT = ?, PEOPLE = ?, FAILING_SINCE = NULL,"
                    + " REASON = NULL WHERE PROVIDER_ID = ? AND TAKEN_AT < ?"),
            at,
            people,
            providerId,
            at)
        > 0;
  }

  /** No snapshot could be had; the time is kept from when the first could not. */
  public void failed(Connection connection, String providerId, long now, String reason)
      throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_DIRECTORY} SET FAILING_SINCE = COALESCE(FAILING_SINCE, "
                + now
                + "), REASON = ? WHERE PROVIDER_ID = ?"),
        Sql.clipped(reason),
        providerId);
  }

  /** The users of a provider by their ids in its directory. */
  public Map<String, String> people(Connection connection, String realmId, String providerId)
      throws SQLException {
    Map<String, String> found = new HashMap<>();
    Sql.query(
        connection,
        tables.sql(
            "SELECT U.ID, T.VALUE FROM {USER_ENTITY} U JOIN {USER_ATTRIBUTE} T"
                + " ON T.USER_ID = U.ID AND T.NAME = 'LDAP_ID'"
                + " WHERE U.REALM_ID = ? AND U.FEDERATION_LINK = ?"),
        row -> found.put(row.getString(2), row.getString(1)),
        realmId,
        providerId);
    return found;
  }

  /** The mappers that were asked about each of these groups. */
  public Map<String, Set<String>> judges(Connection connection, Collection<String> groupIds)
      throws SQLException {
    Map<String, Set<String>> found = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT GROUP_ID, MAPPER_ID FROM {SBE_SCIM_DIRECTORY_GROUP} WHERE GROUP_ID IN (:ids)"),
        row ->
            found
                .computeIfAbsent(row.getString("GROUP_ID"), none -> new HashSet<>())
                .add(row.getString("MAPPER_ID")),
        groupIds);
    return found;
  }

  /** The groups that a mapper was asked about. */
  public Set<String> judged(Connection connection, String mapperId) throws SQLException {
    return new HashSet<>(
        Sql.query(
            connection,
            tables.sql("SELECT GROUP_ID FROM {SBE_SCIM_DIRECTORY_GROUP} WHERE MAPPER_ID = ?"),
            row -> row.getString("GROUP_ID"),
            mapperId));
  }

  /** The mappers that were asked about any group. */
  public Set<String> mappers(Connection connection) throws SQLException {
    return new HashSet<>(
        Sql.query(
            connection,
            tables.sql("SELECT DISTINCT MAPPER_ID FROM {SBE_SCIM_DIRECTORY_GROUP}"),
            row -> row.getString("MAPPER_ID")));
  }

  /** A mapper was asked about these groups too, and no longer has a say in those. */
  public void judge(
      Connection connection, String mapperId, Collection<String> more, Collection<String> less)
      throws SQLException {
    batch(
        connection,
        "DELETE FROM {SBE_SCIM_DIRECTORY_GROUP} WHERE GROUP_ID = ? AND MAPPER_ID = ?",
        rows(mapperId, less));
    batch(
        connection,
        "INSERT INTO {SBE_SCIM_DIRECTORY_GROUP} (GROUP_ID, MAPPER_ID) VALUES (?, ?)",
        rows(mapperId, more));
  }

  /** The memberships that a mapper shows. */
  public Set<Membership> members(Connection connection, String mapperId) throws SQLException {
    return new HashSet<>(
        Sql.query(
            connection,
            tables.sql(
                "SELECT GROUP_ID, USER_ID FROM {SBE_SCIM_DIRECTORY_MEMBER} WHERE MAPPER_ID = ?"),
            row -> new Membership(row.getString("GROUP_ID"), row.getString("USER_ID")),
            mapperId));
  }

  /** What a mapper shows has changed. */
  public void change(
      Connection connection,
      String mapperId,
      Collection<Membership> joined,
      Collection<Membership> left)
      throws SQLException {
    batch(
        connection,
        "DELETE FROM {SBE_SCIM_DIRECTORY_MEMBER}"
            + " WHERE GROUP_ID = ? AND USER_ID = ? AND MAPPER_ID = ?",
        members(mapperId, left));
    batch(
        connection,
        "INSERT INTO {SBE_SCIM_DIRECTORY_MEMBER} (GROUP_ID, USER_ID, MAPPER_ID) VALUES (?, ?, ?)",
        members(mapperId, joined));
  }

  /** A mapper shows nothing any more. */
  public void forget(Connection connection, String mapperId) throws SQLException {
    for (String table : List.of("SBE_SCIM_DIRECTORY_MEMBER", "SBE_SCIM_DIRECTORY_GROUP")) {
      Sql.update(
          connection, tables.sql("DELETE FROM {" + table + "} WHERE MAPPER_ID = ?"), mapperId);
    }
  }

  /** Rows of providers that no longer exist. */
  public void deleteStrays(Connection connection) throws SQLException {
    for (String table : List.of("SBE_SCIM_DIRECTORY", "SBE_SCIM_DIRECTORY_VANISHED")) {
      Sql.update(
          connection,
          tables.sql(
              "DELETE FROM {" + table + "} WHERE PROVIDER_ID NOT IN (SELECT ID FROM {COMPONENT})"));
    }
  }

  private void batch(Connection connection, String statement, List<Object[]> rows)
      throws SQLException {
    Sql.batch(connection, tables.sql(statement), rows);
  }

  private static List<Object[]> rows(String mapperId, Collection<String> groupIds) {
    return groupIds.stream().map(id -> new Object[] {id, mapperId}).toList();
  }

  private static List<Object[]> members(String mapperId, Collection<Membership> memberships) {
    List<Object[]> rows = new ArrayList<>();
    memberships.forEach(one -> rows.add(new Object[] {one.groupId(), one.userId(), mapperId}));
    return rows;
  }
}
