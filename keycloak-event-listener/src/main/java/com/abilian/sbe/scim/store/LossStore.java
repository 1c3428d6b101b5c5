package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.Loss.Key;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table of losses: those that are held, and those that count because they were not long ago.
 */
public final class LossStore {

  public enum State {
    /** It waits until somebody says that it is meant. */
    HELD,
    /** Somebody said so: it counts no more. */
    RELEASED,
    /** It may be sent. */
    PASSED,
    /** The receiver has it; kept as long as it may count. */
    DONE
  }

  /** A loss and what became of it. */
  public record Judged(Loss loss, State state) {}

  /**
   * What is held of an endpoint.
   *
   * @param count users, groups and memberships
   * @param since epoch milliseconds; null where nothing is
   * @param causes how many of each
   */
  public record Held(int count, Long since, Map<LossCause, Integer> causes) {}

  /** Rows that a newer release has made are left to it. */
  private static final String KNOWN =
      Sql.among("STATE", State.values()) + " AND " + Sql.among("CAUSE", LossCause.values());

  private static final String COLUMNS =
      "RESOURCE_TYPE, RESOURCE_ID, GROUP_ID, CAUSE, STATE, LOST_AT";

  private static final String KEY =
      "ENDPOINT_ID = ? AND RESOURCE_TYPE = ? AND RESOURCE_ID = ? AND GROUP_ID = ?";

  private final Tables tables;

  public LossStore(Tables tables) {
    this.tables = tables;
  }

  /** All that these users or groups lose, by what is lost. */
  public Map<Key, Judged> of(
      Connection connection, String endpointId, ResourceType type, Collection<String> ids)
      throws SQLException {
    return byKey(
        Sql.queryIn(
            connection,
            select("RESOURCE_TYPE = ? AND RESOURCE_ID IN (:ids)"),
            LossStore::read,
            ids,
            endpointId,
            type.name()));
  }

  /** Memberships of these groups. */
  public Map<Key, Judged> ofGroups(
      Connection connection, String endpointId, Collection<String> groupIds) throws SQLException {
    return byKey(
        Sql.queryIn(
            connection, select("GROUP_ID IN (:ids)"), LossStore::read, groupIds, endpointId));
  }

  /** All that are held. */
  public Map<Key, Judged> held(Connection connection, String endpointId) throws SQLException {
    return byKey(
        Sql.query(
            connection, select("STATE = 'HELD' ORDER BY LOST_AT"), LossStore::read, endpointId));
  }

  /** Whether some are held that were asked for, or that were not. */
  public boolean holds(Connection connection, String endpointId, boolean asked)
      throws SQLException {
    return !Sql.query(
            connection,
            select("STATE = 'HELD' AND " + kind(asked) + " LIMIT 1"),
            LossStore::read,
            endpointId)
        .isEmpty();
  }

  /** Those of one kind that count, between two times. */
  public List<Loss> between(
      Connection connection, String endpointId, boolean asked, long first, long last)
      throws SQLException {
    return Sql.query(
        connection,
        select("LOST_AT BETWEEN ? AND ? AND STATE <> 'RELEASED' AND " + kind(asked)),
        row -> read(row).loss(),
        endpointId,
        first,
        last);
  }

  /** How many users were removed who are no longer at the receiver, and still count. */
  public int removedPeople(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT COUNT(*) FROM {SBE_SCIM_LOSS} D WHERE D.ENDPOINT_ID = ?"
                    + " AND D.RESOURCE_TYPE = 'USER' AND D.GROUP_ID = '' AND D.STATE = 'DONE'"
                    + " AND NOT EXISTS (SELECT 1 FROM {SBE_SCIM_LINK} L"
                    + " WHERE L.ENDPOINT_ID = D.ENDPOINT_ID AND L.RESOURCE_TYPE = 'USER'"
                    + " AND L.RESOURCE_ID = D.RESOURCE_ID AND L.REMOTE_ID IS NOT NULL)"),
            row -> row.getInt(1),
            endpointId)
        .get(0);
  }

  public Held summary(Connection connection, String endpointId) throws SQLException {
    Map<LossCause, Integer> causes = new EnumMap<>(LossCause.class);
    List<Long> since = new ArrayList<>();
    Sql.query(
        connection,
        tables.sql(
            "SELECT CAUSE, COUNT(*) AS LOSSES, MIN(LOST_AT) AS SINCE FROM {SBE_SCIM_LOSS}"
                + " WHERE ENDPOINT_ID = ? AND STATE = 'HELD' AND "
                + KNOWN
                + " GROUP BY CAUSE"),
        row -> {
          since.add(row.getLong("SINCE"));
          return causes.put(LossCause.valueOf(row.getString("CAUSE")), row.getInt("LOSSES"));
        },
        endpointId);
    return new Held(
        causes.values().stream().mapToInt(Integer::intValue).sum(),
        since.stream().min(Long::compare).orElse(null),
        causes);
  }

  /** Those that were not known. */
  public void insert(Connection connection, String endpointId, State state, Collection<Loss> losses)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_LOSS} (ENDPOINT_ID, "
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?)"),
        losses.stream()
            .map(
                loss ->
                    new Object[] {
                      endpointId,
                      loss.key().type().name(),
                      loss.key().id(),
                      loss.key().groupId(),
                      loss.cause().name(),
                      state.name(),
                      loss.at()
                    })
            .toList());
  }

  /** The receiver has these by now: those that passed count on, those that were released do not. */
  public void done(Connection connection, String endpointId, Collection<Key> keys)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LOSS} SET STATE = 'DONE' WHERE " + KEY + " AND STATE = 'PASSED'"),
        rows(endpointId, keys));
    Sql.batch(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_LOSS} WHERE " + KEY + " AND STATE = 'RELEASED'"),
        rows(endpointId, keys));
  }

  /**
   * The receiver no longer has these users or groups: whatever they were to lose is lost, and their
   * memberships with them.
   */
  public void gone(
      Connection connection, String endpointId, ResourceType type, Collection<String> ids)
      throws SQLException {
    settle(connection, endpointId, "RESOURCE_TYPE = ? AND RESOURCE_ID = ?", type.name(), ids);
    if (type == ResourceType.GROUP) {
      settle(connection, endpointId, "RESOURCE_TYPE = ? AND GROUP_ID = ?", "USER", ids);
    }
  }

  private void settle(
      Connection connection, String endpointId, String rows, String type, Collection<String> ids)
      throws SQLException {
    String where = " WHERE ENDPOINT_ID = ? AND " + rows + " AND ";
    List<Object[]> values = ids.stream().map(id -> new Object[] {endpointId, type, id}).toList();
    Sql.batch(
        connection,
        tables.sql("UPDATE {SBE_SCIM_LOSS} SET STATE = 'DONE'" + where + "STATE = 'PASSED'"),
        values);
    Sql.batch(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_LOSS}" + where + "STATE IN ('HELD', 'RELEASED')"),
        values);
  }

  /** It turned out why these are held. */
  public void because(
      Connection connection, String endpointId, Collection<Key> keys, LossCause cause)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LOSS} SET CAUSE = '"
                + cause.name()
                + "' WHERE "
                + KEY
                + " AND STATE = 'HELD'"),
        rows(endpointId, keys));
  }

  public void release(Connection connection, String endpointId, Collection<Key> keys)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_LOSS} SET STATE = 'RELEASED' WHERE " + KEY + " AND STATE = 'HELD'"),
        rows(endpointId, keys));
  }

  public void delete(Connection connection, String endpointId, Collection<Key> keys)
      throws SQLException {
    Sql.batch(
        connection, tables.sql("DELETE FROM {SBE_SCIM_LOSS} WHERE " + KEY), rows(endpointId, keys));
  }

  /** Those that are done and too long ago to count. */
  public void prune(Connection connection, String endpointId, long before) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "DELETE FROM {SBE_SCIM_LOSS} WHERE ENDPOINT_ID = ? AND STATE = 'DONE' AND LOST_AT < ?"),
        endpointId,
        before);
  }

  public void deleteAll(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_LOSS} WHERE ENDPOINT_ID = ?"), endpointId);
  }

  private String select(String condition) {
    return tables.sql(
        "SELECT "
            + COLUMNS
            + " FROM {SBE_SCIM_LOSS} WHERE ENDPOINT_ID = ? AND "
            + KNOWN
            + " AND "
            + condition);
  }

  private static String kind(boolean asked) {
    return Arrays.stream(LossCause.values())
        .filter(cause -> cause.isAskedFor() == asked)
        .map(cause -> "'" + cause.name() + "'")
        .collect(Collectors.joining(", ", "CAUSE IN (", ")"));
  }

  private static List<Object[]> rows(String endpointId, Collection<Key> keys) {
    return Set.copyOf(keys).stream()
        .map(key -> new Object[] {endpointId, key.type().name(), key.id(), key.groupId()})
        .toList();
  }

  private static Map<Key, Judged> byKey(List<Judged> judged) {
    Map<Key, Judged> found = new HashMap<>();
    judged.forEach(one -> found.put(one.loss().key(), one));
    return found;
  }

  private static Judged read(ResultSet row) throws SQLException {
    return new Judged(
        new Loss(
            new Key(
                ResourceType.valueOf(row.getString("RESOURCE_TYPE")),
                row.getString("RESOURCE_ID"),
                row.getString("GROUP_ID")),
            LossCause.valueOf(row.getString("CAUSE")),
            row.getLong("LOST_AT")),
        State.valueOf(row.getString("STATE")));
  }
}
