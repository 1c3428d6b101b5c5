package com.abilian.sbe.scim.deliver;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Endpoints to walk because their realm changed without a mark, or may have. */
final class ExtraWalks {

  /**
   * A transaction that began before an endpoint was enabled marks nothing, and may commit after the
   * walk has passed: once it must have ended, another walk finds what it changed.
   */
  private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(6);

  private final Clock clock;

  /** When to walk, epoch milliseconds, by endpoint. */
  private final Map<String, Long> later = new ConcurrentHashMap<>();

  private final Set<String> now = ConcurrentHashMap.newKeySet();

  ExtraWalks(Clock clock) {
    this.clock = clock;
  }

  void now(Set<String> endpointIds) {
    now.addAll(endpointIds);
  }

  void onceTransactionsHaveEnded(String endpointId) {
    later.put(endpointId, clock.millis() + LONGEST_TRANSACTION.toMillis());
  }

  /**
   * Walks the endpoint where it is time to.
   *
   * @return whether it was
   */
  boolean run(String endpointId, Runnable walk) {
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
      walk.run();
      return true;
    } catch (RuntimeException again) {
      now.add(endpointId);
      throw again;
    }
  }
}
