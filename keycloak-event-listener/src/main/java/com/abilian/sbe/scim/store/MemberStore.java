package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The table of memberships that the receiver holds, as far as is known: those that it accepted, one
 * row each. Groups are Keycloak's ids, members are remote ids. Of a group whose link is in doubt it
 * tells nothing.
 */
public final class MemberStore {

  private record Row(String groupId, String memberId) {}

  private final Tables tables;

  public MemberStore(Tables tables) {
    this.tables = tables;
  }

  /** The members of these groups; groups without members are left out. */
  public Map<String, Set<String>> ofGroups(
      Connection connection, String endpointId, Collection<String> groupIds) throws SQLException {
    return gathered(
        rows(connection, endpointId, "GROUP_ID", groupIds), Row::groupId, Row::memberId);
  }

  /** The groups of these members; members without groups are left out. */
  public Map<String, Set<String>> ofMembers(
      Connection connection, String endpointId, Collection<String> memberIds) throws SQLException {
    return gathered(
        rows(connection, endpointId, "MEMBER_ID", memberIds), Row::memberId, Row::groupId);
  }

  private List<Row> rows(
      Connection connection, String endpointId, String column, Collection<String> ids)
      throws SQLException {
    return Sql.queryEach(
        connection,
        tables.sql(
            "SELECT GROUP_ID, MEMBER_ID FROM {SBE_SCIM_MEMBER} WHERE ENDPOINT_ID = ? AND "
                + column
                + " IN (:ids)"),
        row -> new Row(row.getString("GROUP_ID"), row.getString("MEMBER_ID")),
        ids,
        endpointId);
  }

  private static Map<String, Set<String>> gathered(
      List<Row> rows, Function<Row, String> key, Function<Row, String> value) {
    Map<String, Set<String>> found = new HashMap<>();
    for (Row row : rows) {
      found.computeIfAbsent(key.apply(row), none -> new HashSet<>()).add(value.apply(row));
    }
    return found;
  }

  /** These are the members of the group, and no others. */
  public void replace(
      Connection connection, String endpointId, String groupId, Collection<String> members)
      throws SQLException {
    Set<String> before =
        ofGroups(connection, endpointId, List.of(groupId)).getOrDefault(groupId, Set.of());
    Set<String> now = new HashSet<>(members);
    delete(connection, endpointId, groupId, without(before, now));
    insert(connection, endpointId, groupId, without(now, before));
  }

  /** Some joined and some left the group; whether they were in it before is not asked. */
  public void change(
      Connection connection,
      String endpointId,
      String groupId,
      Collection<String> joined,
      Collection<String> left)
      throws SQLException {
    Set<String> all = new HashSet<>(joined);
    all.addAll(left);
    delete(connection, endpointId, groupId, all);
    insert(connection, endpointId, groupId, new HashSet<>(joined));
  }

  /** The receiver no longer has these groups. */
  public void forgetGroups(Connection connection, String endpointId, Collection<String> groupIds)
      throws SQLException {
    forget(connection, endpointId, "GROUP_ID", groupIds);
  }

  /** The receiver no longer has these members. */
  public void forgetMembers(Connection connection, String endpointId, Collection<String> memberIds)
      throws SQLException {
    forget(connection, endpointId, "MEMBER_ID", memberIds);
  }

  public void deleteAll(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_MEMBER} WHERE ENDPOINT_ID = ?"), endpointId);
  }

  private void forget(
      Connection connection, String endpointId, String column, Collection<String> ids)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_MEMBER} WHERE ENDPOINT_ID = ? AND " + column + " = ?"),
        ids.stream().map(id -> new Object[] {endpointId, id}).toList());
  }

  private void insert(
      Connection connection, String endpointId, String groupId, Collection<String> members)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_MEMBER} (ENDPOINT_ID, GROUP_ID, MEMBER_ID) VALUES (?, ?, ?)"),
        rows(endpointId, groupId, members));
  }

  private void delete(
      Connection connection, String endpointId, String groupId, Collection<String> members)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "DELETE FROM {SBE_SCIM_MEMBER}"
                + " WHERE ENDPOINT_ID = ? AND GROUP_ID = ? AND MEMBER_ID = ?"),
        rows(endpointId, groupId, members));
  }

  private static List<Object[]> rows(
      String endpointId, String groupId, Collection<String> members) {
    return members.stream().map(member -> new Object[] {endpointId, groupId, member}).toList();
  }

  private static List<String> without(Set<String> some, Set<String> others) {
    List<String> rest = new ArrayList<>(some);
    rest.removeAll(others);
    return rest;
  }
}
