package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.Run.Item;
import com.abilian.sbe.scim.store.Run.Phase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tables of reconciliations and of what they found. */
public final class RunStore {

  /** Runs of an endpoint that are kept once they have ended. */
  private static final int KEPT = 10;

  /** Runs that a newer release has begun are left to it. */
  private static final String KNOWN = Sql.among("PHASE", Phase.values());

  private static final String COLUMNS =
      "ID, ENDPOINT_ID, REALM_ID, CAUSE, DRY_RUN, PHASE, AFTER_ID, CREATED_AT, STARTED_AT, DUE_AT,"
          + " ENDED_AT, FAILURE, HELD, "
          + Arrays.stream(Action.values()).map(RunStore::column).collect(Collectors.joining(", "));

  private final Tables tables;

  public RunStore(Tables tables) {
    this.tables = tables;
  }

  private static String column(Action action) {
    return action.name() + "S";
  }

  /** Stores a run that has not begun, and forgets those that ended long ago. */
  public void insert(Connection connection, Run run) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_RUN} (ID, ENDPOINT_ID, REALM_ID, CAUSE, DRY_RUN, PHASE,"
                + " CREATED_AT) VALUES (?, ?, ?, ?, ?, ?, ?)"),
        run.id(),
        run.endpointId(),
        run.realmId(),
        run.cause(),
        run.dryRun() ? 1 : 0,
        run.phase().name(),
        run.createdAt());
    List<String> ended =
        all(connection, run.endpointId()).stream().filter(Run::hasEnded).map(Run::id).toList();
    delete(connection, ended.subList(0, Math.max(0, ended.size() - KEPT)));
  }

  /** Asks for a run, unless one that has not begun will do the same. */
  public void plan(Connection connection, String endpointId, String realmId, String cause)
      throws SQLException {
    boolean planned =
        all(connection, endpointId).stream()
            .anyMatch(run -> !run.dryRun() && !run.hasEnded() && run.startedAt() == null);
    if (!planned) {
      insert(connection, Run.of(endpointId, realmId, cause, false));
    }
  }

  /** The runs of an endpoint that are known, oldest first. */
  public List<Run> all(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT "
                + COLUMNS
                + " FROM {SBE_SCIM_RUN} WHERE ENDPOINT_ID = ? AND "
                + KNOWN
                + " ORDER BY ID"),
        RunStore::read,
        endpointId);
  }

  /** The one that is under way, or the next one. */
  public Optional<Run> current(Connection connection, String endpointId) throws SQLException {
    return all(connection, endpointId).stream().filter(run -> !run.hasEnded()).findFirst();
  }

  /** As above, of those that change nothing. */
  public Optional<Run> currentDryRun(Connection connection, String endpointId) throws SQLException {
    return all(connection, endpointId).stream()
        .filter(run -> run.dryRun() && !run.hasEnded())
        .findFirst();
  }

  /** The last one that was to change something, whether or not it has ended. */
  public Optional<Run> latest(Connection connection, String endpointId) throws SQLException {
    List<Run> real = all(connection, endpointId).stream().filter(run -> !run.dryRun()).toList();
    return real.isEmpty() ? Optional.empty() : Optional.of(real.get(real.size() - 1));
  }

  public Optional<Run> find(Connection connection, String realmId, String id) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT "
                    + COLUMNS
                    + " FROM {SBE_SCIM_RUN} WHERE REALM_ID = ? AND ID = ? AND "
                    + KNOWN),
            RunStore::read,
            realmId,
            id)
        .stream()
        .findFirst();
  }

  /** Stores how far the run has come. */
  public void save(Connection connection, Run run) throws SQLException {
    List<Object> values = new ArrayList<>();
    values.add(run.phase().name());
    values.add(run.after());
    values.add(Sql.Null.LONG.or(run.startedAt()));
    values.add(Sql.Null.LONG.or(run.dueAt()));
    values.add(Sql.Null.LONG.or(run.endedAt()));
    values.add(Sql.clipped(run.failure()));
    values.add(run.held());
    Arrays.stream(Action.values()).forEach(action -> values.add(run.count(action)));
    values.add(run.id());
    String counts =
        Arrays.stream(Action.values())
            .map(action -> column(action) + " = ?")
            .collect(Collectors.joining(", "));
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_RUN} SET PHASE = ?, AFTER_ID = ?, STARTED_AT = ?, DUE_AT = ?,"
                + " ENDED_AT = ?, FAILURE = ?, HELD = ?, "
                + counts
                + " WHERE ID = ?"),
        values.toArray());
  }

  public void insertItems(Connection connection, Run run, Collection<Item> items)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_RUN_ITEM} (ID, RUN_ID, ACTION, RESOURCE_TYPE, RESOURCE_ID,"
                + " REMOTE_ID) VALUES (?, ?, ?, ?, ?, ?)"),
        items.stream()
            .map(
                item ->
                    new Object[] {
                      OrderedIds.next(System.currentTimeMillis()),
                      run.id(),
                      item.action().name(),
                      item.type().name(),
                      item.resourceId(),
                      item.remoteId()
                    })
            .toList());
  }

  public List<Item> items(Connection connection, String runId) throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT ACTION, RESOURCE_TYPE, RESOURCE_ID, REMOTE_ID FROM {SBE_SCIM_RUN_ITEM}"
                + " WHERE RUN_ID = ? ORDER BY ID"),
        row ->
            new Item(
                Action.valueOf(row.getString("ACTION")),
                ResourceType.valueOf(row.getString("RESOURCE_TYPE")),
                row.getString("RESOURCE_ID"),
                row.getString("REMOTE_ID")),
        runId);
  }

  public void deleteAll(Connection connection, String endpointId) throws SQLException {
    delete(
        connection,
        Sql.query(
            connection,
            tables.sql("SELECT ID FROM {SBE_SCIM_RUN} WHERE ENDPOINT_ID = ?"),
            row -> row.getString("ID"),
            endpointId));
  }

  private void delete(Connection connection, Collection<String> ids) throws SQLException {
    List<Object[]> rows = ids.stream().map(id -> new Object[] {id}).toList();
    Sql.batch(connection, tables.sql("DELETE FROM {SBE_SCIM_RUN_ITEM} WHERE RUN_ID = ?"), rows);
    Sql.batch(connection, tables.sql("DELETE FROM {SBE_SCIM_RUN} WHERE ID = ?"), rows);
  }

  private static Run read(ResultSet row) throws SQLException {
    Map<Action, Integer> counts = new EnumMap<>(Action.class);
    for (Action action : Action.values()) {
      counts.put(action, row.getInt(column(action)));
    }
    String after = row.getString("AFTER_ID");
    return new Run(
        row.getString("ID"),
        row.getString("ENDPOINT_ID"),
        row.getString("REALM_ID"),
        row.getString("CAUSE"),
        row.getInt("DRY_RUN") != 0,
        Phase.valueOf(row.getString("PHASE")),
        after == null ? "" : after,
        row.getLong("CREATED_AT"),
        Sql.nullableLong(row, "STARTED_AT"),
        Sql.nullableLong(row, "DUE_AT"),
        Sql.nullableLong(row, "ENDED_AT"),
        row.getString("FAILURE"),
        counts,
        row.getInt("HELD"));
  }
}
