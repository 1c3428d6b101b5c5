package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Short transactions on Keycloak's database; no HTTP may happen inside one. */
@FunctionalInterface
public interface Transactions {

  /** Runs {@code work} in a transaction of its own; it is rolled back where {@code work} throws. */
  <T> T call(Work<T> work);

  /** As {@link #call}, without a result. */
  default void run(Action action) {
    call(action.asWork());
  }

  /**
   * As {@link #call}, where {@code work} changes what only the node that delivers to an endpoint
   * may change: marks done, links, state, the configuration in force. It is done in no other way,
   * so that this is the one place in which such a change is refused ({@link FencedTransactions}).
   */
  default <T> T changing(String endpointId, Work<T> work) {
    return call(work);
  }

  /** As {@link #changing}, without a result. */
  default void change(String endpointId, Action action) {
    changing(endpointId, action.asWork());
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

    /** The same with an empty result. */
    default Work<Void> asWork() {
      return connection -> {
        run(connection);
        return null;
      };
    }
  }
}
