package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Short transactions on Keycloak's database; no HTTP may happen inside one. */
@FunctionalInterface
public interface Transactions {

  /** Runs {@code work} in a transaction of its own; it is rolled back where {@code work} throws. */
  <T> T call(Work<T> work);

  default void run(Action action) {
    call(
        connection -> {
          action.run(connection);
          return null;
        });
  }

  /** Reads or writes, with a result. */
  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /** Writes. */
  @FunctionalInterface
  interface Action {
    void run(Connection connection) throws SQLException;
  }
}
