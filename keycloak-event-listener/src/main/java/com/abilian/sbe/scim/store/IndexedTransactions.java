package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Transactions that ask about some resources each, and reach their rows by indexes. PostgreSQL
 * would rather read a whole table of which it has counted nothing yet, and one that was small when
 * it made its plan. A first sync is over before either changes.
 */
public final class IndexedTransactions implements Transactions {

  private final Transactions transactions;

  public IndexedTransactions(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public <T> T call(Work<T> work) {
    return transactions.call(indexed(work));
  }

  @Override
  public <T> T changing(String endpointId, Work<T> work) {
    return transactions.changing(endpointId, indexed(work));
  }

  private static <T> Work<T> indexed(Work<T> work) {
    return connection -> {
      if (Sql.isPostgres(connection)) {
        preferIndexes(connection);
      }
      return work.run(connection);
    };
  }

  /** Until the end of the transaction; what has no index is read as ever. */
  private static void preferIndexes(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL enable_seqscan = off");
    }
  }
}
