package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.Standing;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The table of endpoints: their state, and what their links were made with. */
public final class EndpointStore {

  public enum State {
    OK,
    /** Unreachable or overloaded: recovers by itself. */
    RETRYING,
    /** Refused or misconfigured: somebody has to act; it is still tried from time to time. */
    PAUSED;

    /** A state of a newer release counts as PAUSED: it does not recover by itself here. */
    static State of(String stored) {
      return Arrays.stream(values())
          .filter(state -> state.name().equals(stored))
          .findFirst()
          .orElse(PAUSED);
    }
  }

  /** Times are epoch milliseconds; {@code reason} and {@code retryAt} are null where OK. */
  public record Health(State state, String reason, int attempts, Long retryAt, Long lastOkAt) {}

  /**
   * What an endpoint's links were made with.
   *
   * @param target hash of where resources were sent
   * @param projection hash of how its configuration had them made; null where everything has to be
   *     looked at
   * @param revision the highest revision of the connector's own projection so far
   */
  public record Basis(String target, String projection, int revision) {

    /** Whether an endpoint's configuration says the same in both. */
    public boolean isConfiguredAs(Basis other) {
      return Objects.equals(target, other.target) && Objects.equals(projection, other.projection);
    }
  }

  private final Tables tables;

  public EndpointStore(Tables tables) {
    this.tables = tables;
  }

  public List<String> ids(Connection connection) throws SQLException {
    return Sql.query(
        connection,
        tables.sql("SELECT ENDPOINT_ID FROM {SBE_SCIM_ENDPOINT}"),
        row -> row.getString("ENDPOINT_ID"));
  }

  /**
   * Waits until nobody else changes what is stored of the endpoint under its row's lock, as the
   * node that delivers to it does, and keeps everybody else from it until the end of the
   * transaction.
   */
  public void lock(Connection connection, String endpointId) throws SQLException {
    Sql.query(
        connection,
        tables.sql("SELECT ENDPOINT_ID FROM {SBE_SCIM_ENDPOINT} WHERE ENDPOINT_ID = ? FOR UPDATE"),
        row -> row.getString("ENDPOINT_ID"),
        endpointId);
  }

  /** The ids of a realm's endpoints. */
  public List<String> ofRealm(Connection connection, String realmId) throws SQLException {
    return Sql.query(
        connection,
        tables.sql("SELECT ENDPOINT_ID FROM {SBE_SCIM_ENDPOINT} WHERE REALM_ID = ?"),
        row -> row.getString("ENDPOINT_ID"),
        realmId);
  }

  /** Other realms that send to the same address as this endpoint. */
  public List<String> neighbours(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT DISTINCT O.REALM_ID FROM {SBE_SCIM_ENDPOINT} E JOIN {SBE_SCIM_ENDPOINT} O"
                + " ON O.TARGET = E.TARGET AND O.REALM_ID <> E.REALM_ID WHERE E.ENDPOINT_ID = ?"),
        row -> row.getString("REALM_ID"),
        endpointId);
  }

  public Optional<Health> find(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT STATE, REASON, ATTEMPTS, RETRY_AT, LAST_OK_AT FROM {SBE_SCIM_ENDPOINT}"
                    + " WHERE ENDPOINT_ID = ?"),
            EndpointStore::read,
            endpointId)
        .stream()
        .findFirst();
  }

  public void insert(Connection connection, String endpointId, String realmId) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_ENDPOINT} (ENDPOINT_ID, REALM_ID, STATE) VALUES (?, ?, ?)"),
        endpointId,
        realmId,
        State.OK.name());
  }

  public Optional<Basis> basis(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT TARGET, PROJECTION, REVISION FROM {SBE_SCIM_ENDPOINT}"
                    + " WHERE ENDPOINT_ID = ?"),
            row ->
                new Basis(
                    row.getString("TARGET"), row.getString("PROJECTION"), row.getInt("REVISION")),
            endpointId)
        .stream()
        .findFirst();
  }

  public void saveBasis(Connection connection, String endpointId, Basis basis) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_ENDPOINT} SET TARGET = ?, PROJECTION = ?, REVISION = ?,"
                + " DISPUTED_BY = NULL WHERE ENDPOINT_ID = ?"),
        basis.target(),
        basis.projection(),
        basis.revision(),
        endpointId);
  }

  /** How far the receiver had come when it was asked last. */
  public Optional<Standing> standing(Connection connection, String endpointId) throws SQLException {
    return Sql.query(
            connection,
            tables.sql(
                "SELECT GENERATION_ID, HIGHEST_CHANGE, SHADOW FROM {SBE_SCIM_ENDPOINT}"
                    + " WHERE ENDPOINT_ID = ? AND GENERATION_ID IS NOT NULL"),
            row ->
                new Standing(
                    row.getString("GENERATION_ID"),
                    row.getLong("HIGHEST_CHANGE"),
                    row.getInt("SHADOW") != 0),
            endpointId)
        .stream()
        .findFirst();
  }

  public void saveStanding(Connection connection, String endpointId, Standing standing)
      throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_ENDPOINT} SET GENERATION_ID = ?, HIGHEST_CHANGE = ?,"
                + " SHADOW = ? WHERE ENDPOINT_ID = ?"),
        standing.generationId(),
        standing.highestChange(),
        standing.shadow() ? 1 : 0,
        endpointId);
  }

  /** The endpoint has another receiver. */
  public void forgetStanding(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_ENDPOINT} SET GENERATION_ID = NULL, HIGHEST_CHANGE = NULL,"
                + " SHADOW = NULL WHERE ENDPOINT_ID = ?"),
        endpointId);
  }

  /** The node reads another configuration of this endpoint than the one in force. */
  public void dispute(Connection connection, String endpointId, String nodeId) throws SQLException {
    Sql.update(
        connection,
        tables.sql("UPDATE {SBE_SCIM_ENDPOINT} SET DISPUTED_BY = ? WHERE ENDPOINT_ID = ?"),
        nodeId,
        endpointId);
  }

  /** The node reads the configuration that is in force. */
  public void agree(Connection connection, String endpointId, String nodeId) throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_ENDPOINT} SET DISPUTED_BY = NULL"
                + " WHERE ENDPOINT_ID = ? AND DISPUTED_BY = ?"),
        endpointId,
        nodeId);
  }

  /** Whether a node that is there reads another configuration than the one in force. */
  public boolean isDisputed(Connection connection, String endpointId) throws SQLException {
    return !Sql.query(
            connection,
            tables.sql(
                "SELECT E.ENDPOINT_ID FROM {SBE_SCIM_ENDPOINT} E"
                    + " JOIN {SBE_SCIM_NODE} N ON N.NODE_ID = E.DISPUTED_BY"
                    + " WHERE E.ENDPOINT_ID = ?"),
            row -> row.getString(1),
            endpointId)
        .isEmpty();
  }

  /**
   * The endpoint is removed, and may come back under its id: its links may be wrong by then, and it
   * needs a full sync.
   */
  public void requireFullSync(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection,
        tables.sql("UPDATE {SBE_SCIM_ENDPOINT} SET PROJECTION = NULL WHERE ENDPOINT_ID = ?"),
        endpointId);
  }

  /** As {@link #requireFullSync}, for all endpoints of a realm that is removed. */
  public void requireFullSyncOfRealm(Connection connection, String realmId) throws SQLException {
    Sql.update(
        connection,
        tables.sql("UPDATE {SBE_SCIM_ENDPOINT} SET PROJECTION = NULL WHERE REALM_ID = ?"),
        realmId);
  }

  public void saveState(
      Connection connection, String id, State state, String reason, int attempts, Long retryAt)
      throws SQLException {
    Sql.update(
        connection,
        tables.sql(
            "UPDATE {SBE_SCIM_ENDPOINT} SET STATE = ?, REASON = ?, ATTEMPTS = ?, RETRY_AT = ?"
                + " WHERE ENDPOINT_ID = ?"),
        state.name(),
        Sql.clipped(reason),
        attempts,
        Sql.Null.LONG.or(retryAt),
        id);
  }

  public void delivered(Connection connection, String endpointId, long now) throws SQLException {
    Sql.update(
        connection,
        tables.sql("UPDATE {SBE_SCIM_ENDPOINT} SET LAST_OK_AT = ? WHERE ENDPOINT_ID = ?"),
        now,
        endpointId);
  }

  public void delete(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_ENDPOINT} WHERE ENDPOINT_ID = ?"),
        endpointId);
  }

  private static Health read(ResultSet row) throws SQLException {
    String stored = row.getString("STATE");
    State state = State.of(stored);
    String reason = row.getString("REASON");
    return new Health(
        state,
        reason == null && !state.name().equals(stored)
            ? stored + " is a state of a newer release of the connector"
            : reason,
        row.getInt("ATTEMPTS"),
        Sql.nullableLong(row, "RETRY_AT"),
        Sql.nullableLong(row, "LAST_OK_AT"));
  }
}
