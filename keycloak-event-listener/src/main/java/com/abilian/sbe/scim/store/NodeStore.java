package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The table of nodes: the servers that run the connector on this database. */
public final class NodeStore {

  /**
   * One server, from its start to its end.
   *
   * @param version the connector's release
   * @param revision of its projection
   * @param startedAt epoch milliseconds
   * @param beats grows as long as it runs: no clock has to agree with another
   */
  public record Node(String id, String version, int revision, long startedAt, long beats) {}

  private final Tables tables;

  public NodeStore(Tables tables) {
    this.tables = tables;
  }

  public List<Node> all(Connection connection) throws SQLException {
    return Sql.query(
        connection,
        tables.sql(
            "SELECT NODE_ID, CONNECTOR, REVISION, STARTED_AT, BEATS FROM {SBE_SCIM_NODE}"
                + " ORDER BY STARTED_AT, NODE_ID"),
        row ->
            new Node(
                row.getString("NODE_ID"),
                row.getString("CONNECTOR"),
                row.getInt("REVISION"),
                row.getLong("STARTED_AT"),
                row.getLong("BEATS")));
  }

  /**
   * Stores that the node has come to this beat.
   *
   * @return whether it was known
   */
  public boolean beat(Connection connection, Node node) throws SQLException {
    int known =
        Sql.update(
            connection,
            tables.sql("UPDATE {SBE_SCIM_NODE} SET BEATS = ? WHERE NODE_ID = ?"),
            node.beats(),
            node.id());
    if (known == 0) {
      Sql.update(
          connection,
          tables.sql(
              "INSERT INTO {SBE_SCIM_NODE} (NODE_ID, CONNECTOR, REVISION, STARTED_AT, BEATS)"
                  + " VALUES (?, ?, ?, ?, ?)"),
          node.id(),
          node.version(),
          node.revision(),
          node.startedAt(),
          node.beats());
    }
    return known > 0;
  }

  public void delete(Connection connection, String id) throws SQLException {
    Sql.update(connection, tables.sql("DELETE FROM {SBE_SCIM_NODE} WHERE NODE_ID = ?"), id);
  }
}
