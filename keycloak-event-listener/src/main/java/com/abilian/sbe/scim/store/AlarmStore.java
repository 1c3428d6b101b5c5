package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What of an endpoint somebody has to act upon, and the table of how far that was told. */
public final class AlarmStore {

  public enum Kind {
    /** The safety valve holds losses. */
    HELD,
    /** The receiver refuses to let a leaver go. */
    STILL_IN
  }

  /**
   * An alarm that lasts.
   *
   * @param count losses, or users and groups
   * @param since when the oldest of them began, epoch milliseconds
   */
  public record Lasting(int count, long since) {}

  /**
   * How far one was told.
   *
   * @param noticedAt epoch milliseconds; what began later is another one
   * @param toldAt epoch milliseconds; null as long as nobody has taken it
   * @param attempts that failed
   * @param retryAt epoch milliseconds
   * @param failure of the last attempt; null where it did not fail
   */
  public record Telling(
      Kind kind, long noticedAt, Long toldAt, int attempts, long retryAt, String failure) {

    /** Of an alarm that nobody was told of yet. */
    public static Telling begun(Kind kind, long now) {
      return new Telling(kind, now, null, 0, now, null);
    }

    public Telling told(long now) {
      return new Telling(kind, noticedAt, now, attempts, retryAt, null);
    }

    public Telling failed(String why, long nextAt) {
      return new Telling(kind, noticedAt, null, attempts + 1, nextAt, why);
    }
  }

  private static final String KNOWN = Sql.among("KIND", Kind.values());

  private final Tables tables;
  private final LossStore losses;
  private final LinkReport links;

  public AlarmStore(Tables tables) {
    this.tables = tables;
    this.losses = new LossStore(tables);
    this.links = new LinkReport(tables);
  }

  /** The alarms of now. */
  public Map<Kind, Lasting> lasting(Connection connection, String endpointId) throws SQLException {
    Map<Kind, Lasting> found = new EnumMap<>(Kind.class);
    LossStore.Held held = losses.summary(connection, endpointId);
    if (held.count() > 0) {
      found.put(Kind.HELD, new Lasting(held.count(), held.since()));
    }
    links.stillIn(connection, endpointId).ifPresent(one -> found.put(Kind.STILL_IN, one));
    return found;
  }

  /** How far those were told that lasted when it was looked last. */
  public Map<Kind, Telling> tellings(Connection connection, String endpointId) throws SQLException {
    List<Telling> rows =
        Sql.query(
            connection,
            tables.sql(
                "SELECT KIND, NOTICED_AT, TOLD_AT, ATTEMPTS, RETRY_AT, FAILURE"
                    + " FROM {SBE_SCIM_ALARM} WHERE ENDPOINT_ID = ? AND "
                    + KNOWN),
            AlarmStore::read,
            endpointId);
    Map<Kind, Telling> found = new EnumMap<>(Kind.class);
    rows.forEach(one -> found.put(one.kind(), one));
    return found;
  }

  /** In place of what is stored of an alarm of the same kind. */
  public void save(Connection connection, String endpointId, Telling telling) throws SQLException {
    delete(connection, endpointId, telling.kind());
    Sql.update(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_ALARM} (ENDPOINT_ID, KIND, NOTICED_AT, TOLD_AT, ATTEMPTS,"
                + " RETRY_AT, FAILURE) VALUES (?, ?, ?, ?, ?, ?, ?)"),
        endpointId,
        telling.kind().name(),
        telling.noticedAt(),
        Sql.Null.LONG.or(telling.toldAt()),
        telling.attempts(),
        telling.retryAt(),
        Sql.clipped(telling.failure()));
  }

  public void delete(Connection connection, String endpointId, Kind kind) throws SQLException {
    Sql.update(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_ALARM} WHERE ENDPOINT_ID = ? AND KIND = ?"),
        endpointId,
        kind.name());
  }

  public void deleteAll(Connection connection, String endpointId) throws SQLException {
    Sql.update(
        connection, tables.sql("DELETE FROM {SBE_SCIM_ALARM} WHERE ENDPOINT_ID = ?"), endpointId);
  }

  private static Telling read(ResultSet row) throws SQLException {
    return new Telling(
        Kind.valueOf(row.getString("KIND")),
        row.getLong("NOTICED_AT"),
        Sql.nullableLong(row, "TOLD_AT"),
        row.getInt("ATTEMPTS"),
        row.getLong("RETRY_AT"),
        row.getString("FAILURE"));
  }
}
