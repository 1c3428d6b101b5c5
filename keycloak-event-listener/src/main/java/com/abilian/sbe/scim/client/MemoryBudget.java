package com.abilian.sbe.scim.client;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of Keycloak's memory all endpoints together may fill with what receivers say, and each
 * of them alone. Nobody waits for memory: who gets none does without.
 */
public final class MemoryBudget {

  private final MemoryBudget whole;
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  private MemoryBudget(MemoryBudget whole, long most) {
    this.whole = whole;
    this.most = most;
  }

  /**
   * @param most bytes
   */
  public static MemoryBudget of(long most) {
    return new MemoryBudget(null, most);
  }

  /** One {@code share}th of what this process may have. */
  public static MemoryBudget ofHeap(int share) {
    return of(Runtime.getRuntime().maxMemory() / share);
  }

  /** What one endpoint may take of it: one {@code share}th. */
  public MemoryBudget part(int share) {
    return new MemoryBudget(this, most / share);
  }

  /** Takes so many bytes; false, and takes none, where there are fewer left. */
  public boolean take(long bytes) {
    if (taken.addAndGet(bytes) > most) {
      taken.addAndGet(-bytes);
      return false;
    }
    if (whole != null && !whole.take(bytes)) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives back what was taken. */
  public void give(long bytes) {
    taken.addAndGet(-bytes);
    if (whole != null) {
      whole.give(bytes);
    }
  }
}
