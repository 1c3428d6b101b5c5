package com.abilian.sbe.scim.store;

/**
 * Transactions of the holder of one endpoint's lease: each that changes what is stored of the
 * endpoint begins with the fence, so that a holder who was taken for dead changes nothing any more.
 */
public final class FencedTransactions implements Transactions {

  private final Transactions transactions;
  private final LeaseStore leases;
  private final String endpointId;
  private final String holder;
  private final long fence;

  public FencedTransactions(
      Transactions transactions, LeaseStore leases, String endpointId, String holder, long fence) {
    this.transactions = transactions;
    this.leases = leases;
    this.endpointId = endpointId;
    this.holder = holder;
    this.fence = fence;
  }

  @Override
  public <T> T call(Work<T> work) {
    return transactions.call(work);
  }

  /**
   * As {@link Transactions#changing}.
   *
   * @throws LeaseLostException where another node has taken the lease
   */
  @Override
  public <T> T changing(String changed, Work<T> work) {
    if (!changed.equals(endpointId)) {
      throw new IllegalArgumentException("the fence is that of another endpoint");
    }
    return transactions.changing(
        changed,
        connection -> {
          if (!leases.keep(connection, endpointId, holder, fence)) {
            throw new LeaseLostException(endpointId);
          }
          return work.run(connection);
        });
  }
}
