package com.abilian.sbe.scim.faults;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.Session;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;

/** One SQL statement in the transaction of a session. */
final class Sql {

  private Sql() {}

  /** The rows of a query; none for any other statement. */
  static List<List<Object>> run(KeycloakSession session, String statement) {
    return session
        .getProvider(JpaConnectionProvider.class)
        .getEntityManager()
        .unwrap(Session.class)
        .doReturningWork(connection -> rows(connection, statement));
  }

  private static List<List<Object>> rows(Connection connection, String statement)
      throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Statement run = connection.createStatement()) {
      if (run.execute(statement)) {
        ResultSet result = run.getResultSet();
        while (result.next()) {
          List<Object> row = new ArrayList<>();
          for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
            row.add(result.getObject(column));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }
}
