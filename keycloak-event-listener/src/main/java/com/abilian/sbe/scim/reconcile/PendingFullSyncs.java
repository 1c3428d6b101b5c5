package com.abilian.sbe.scim.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Endpoints that need a full sync because their realm changed without a mark, or may have. */
public final class PendingFullSyncs {

  /**
   * A transaction that began before an endpoint was enabled marks nothing, and may commit after the
   * full sync has passed: once it must have ended, another finds what it changed.
   */
  private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(6);

  private final Clock clock;

  /** When it is due, epoch milliseconds, by endpoint. */
  private final Map<String, Long> later = new ConcurrentHashMap<>();

  private final Set<String> now = ConcurrentHashMap.newKeySet();

  public PendingFullSyncs(Clock clock) {
    this.clock = clock;
  }

  public void now(Set<String> endpointIds) {
    now.addAll(endpointIds);
  }

  public void onceTransactionsHaveEnded(String endpointId) {
    later.put(endpointId, clock.millis() + LONGEST_TRANSACTION.toMillis());
  }

  /**
   * Runs {@code sync} where it is due.
   *
   * @return whether it was
   */
  public boolean run(String endpointId, Runnable sync) {
    Long due = later.get(endpointId);
    if (due != null && clock.millis() >= due) {
      later.remove(endpointId);
      now.add(endpointId);
    }
    // Taken out first: one that is asked for while this one begins is another.
    if (!now.remove(endpointId)) {
      return false;
    }
    try {
      sync.run();
      return true;
    } catch (RuntimeException again) {
      now.add(endpointId);
      throw again;
    }
  }
}
