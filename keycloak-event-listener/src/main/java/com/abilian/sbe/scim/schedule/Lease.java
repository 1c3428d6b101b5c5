package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.store.FencedTransactions;
import com.abilian.sbe.scim.store.Stores;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The right of this node to deliver to one endpoint, under one fence. */
final class Lease {

  /** How long a node that no longer answers keeps it. */
  static final Duration LENGTH = Duration.ofSeconds(15);

  /** No request lasts longer: none that is begun reaches into the time of the next holder. */
  static final Duration LONGEST_REQUEST = Duration.ofSeconds(8);

  private final String endpointId;
  private final String holder;
  private final long fence;
  private final LongSupplier nanos;
  private volatile long renewedAt;
  private volatile boolean lost;

  /**
   * @param nanos a clock that nobody sets, such as {@link System#nanoTime()}
   * @param takenAt by that clock, before the database was asked
   */
  Lease(String endpointId, String holder, long fence, LongSupplier nanos, long takenAt) {
    this.endpointId = endpointId;
    this.holder = holder;
    this.fence = fence;
    this.nanos = nanos;
    this.renewedAt = takenAt;
  }

  long fence() {
    return fence;
  }

  /** The database has renewed it; the time is that before it was asked. */
  void renewed(long at) {
    renewedAt = at;
  }

  /** Whether it was renewed longer ago. */
  boolean isOlderThan(Duration age) {
    return nanos.getAsLong() - renewedAt >= age.toNanos();
  }

  /** Another node has it. */
  void lose() {
    lost = true;
  }

  boolean isLost() {
    return lost;
  }

  /** Whether a request that is begun now ends before another node may deliver. */
  boolean allowsRequest() {
    long left = renewedAt + LENGTH.toNanos() - nanos.getAsLong();
    return !lost && left > LONGEST_REQUEST.toNanos();
  }

  /** The tables, to be changed only as long as the lease is held. */
  Stores fenced(Stores stores) {
    return stores.with(
        new FencedTransactions(stores.transactions(), stores.leases(), endpointId, holder, fence));
  }
}
