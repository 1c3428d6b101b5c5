package com.abilian.sbe.scim.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The few JDBC gestures that all stores share. */
final class Sql {

  /** Placeholders per IN list: below every database's limit. */
  private static final int CHUNK = 500;

  private static final int TEXT_LENGTH = 255;

  private Sql() {}

  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  static <T> List<T> query(Connection connection, String sql, Row<T> reader, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> found = new ArrayList<>();
        while (rows.next()) {
          found.add(reader.read(rows));
        }
        return found;
      }
    }
  }

  /** As {@link #query}, where the statement ends in {@code IN (:ids)}: one query per chunk. */
  static <T> List<T> queryIn(
      Connection connection, String sql, Row<T> reader, Collection<String> ids, Object... values)
      throws SQLException {
    List<T> found = new ArrayList<>();
    for (List<String> chunk : chunks(ids)) {
      String marks = String.join(",", Collections.nCopies(chunk.size(), "?"));
      List<Object> all = new ArrayList<>(List.of(values));
      all.addAll(chunk);
      found.addAll(query(connection, sql.replace(":ids", marks), reader, all.toArray()));
    }
    return found;
  }

  /**
   * As {@link #queryIn}, where the column of the ids has an index. PostgreSQL looks into it for one
   * id after the other: a list it would compare with each row of the table wherever it takes that
   * to cost less, as it does of a table whose rows it has not counted yet.
   */
  static <T> List<T> queryEach(
      Connection connection, String sql, Row<T> reader, Collection<String> ids, Object... values)
      throws SQLException {
    if (!isPostgres(connection)) {
      return queryIn(connection, sql, reader, ids, values);
    }
    List<T> found = new ArrayList<>();
    for (List<String> chunk : chunks(Set.copyOf(ids))) {
      List<Object> all = new ArrayList<>();
      all.add(connection.createArrayOf("varchar", chunk.toArray()));
      all.addAll(List.of(values));
      found.addAll(query(connection, each(sql), reader, all.toArray()));
    }
    return found;
  }

  /** OFFSET keeps PostgreSQL from turning the two around. */
  private static String each(String sql) {
    return "SELECT FOUND.* FROM UNNEST(?) AS ASKED(ID) CROSS JOIN LATERAL ("
        + sql.replace("IN (:ids)", "= ASKED.ID")
        + " OFFSET 0) FOUND";
  }

  static int update(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    }
  }

  static void batch(Connection connection, String sql, Collection<Object[]> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Object[] row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** {@code text} as every database's column of 255 characters can hold it; null stays null. */
  static String clipped(String text) {
    if (text == null) {
      return null;
    }
    String clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() <= TEXT_LENGTH ? clean : clean.substring(0, TEXT_LENGTH);
  }

  /** The condition that {@code column} holds the name of one of these constants. */
  static String among(String column, Enum<?>... known) {
    return Arrays.stream(known)
        .map(constant -> "'" + constant.name() + "'")
        .collect(Collectors.joining(", ", column + " IN (", ")"));
  }

  static boolean isPostgres(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
  }

  /**
   * A column of text that holds no null, so that a condition on it enters no index. Where nothing
   * was counted yet, a planner takes the rows of one endpoint for few, and reads them all.
   */
  static String unindexed(String column) {
    return "COALESCE(" + column + ", '')";
  }

  static Long nullableLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  static Integer nullableInt(ResultSet row, String column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : value;
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value instanceof Long number) {
        statement.setLong(i + 1, number);
      } else if (value instanceof Integer number) {
        statement.setInt(i + 1, number);
      } else if (value instanceof Array ids) {
        statement.setArray(i + 1, ids);
      } else if (value instanceof Null empty) {
        statement.setNull(i + 1, empty.type);
      } else {
        statement.setString(i + 1, (String) value);
      }
    }
  }

  /** A typed null: some drivers want to know which. */
  enum Null {
    LONG(Types.BIGINT),
    INTEGER(Types.INTEGER);

    private final int type;

    Null(int type) {
      this.type = type;
    }

    Object or(Object value) {
      return value == null ? this : value;
    }
  }

  private static List<List<String>> chunks(Collection<String> ids) {
    List<String> all = List.copyOf(ids);
    List<List<String>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += CHUNK) {
      chunks.add(all.subList(from, Math.min(from + CHUNK, all.size())));
    }
    return chunks;
  }
}
