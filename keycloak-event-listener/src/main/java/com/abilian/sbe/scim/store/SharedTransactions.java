package com.abilian.sbe.scim.store;

import java.util.concurrent.Semaphore;

/**
 * Transactions of which only so many are under way at a time, whoever began them: those who wait
 * have their turns in the order in which they came. One thread never has two.
 */
public final class SharedTransactions implements Transactions {

  private final Transactions transactions;
  private final Semaphore turns;

  /**
   * @param turns fair ones, shared with others
   */
  public SharedTransactions(Transactions transactions, Semaphore turns) {
    this.transactions = transactions;
    this.turns = turns;
  }

  @Override
  public <T> T call(Work<T> work) {
    turns.acquireUninterruptibly();
    try {
      return transactions.call(work);
    } finally {
      turns.release();
    }
  }
}
