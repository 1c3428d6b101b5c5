package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.store.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Which endpoints this node delivers to. Whoever asks first has an endpoint's lease, and keeps it
 * as long as it renews it; the others ask again every second.
 */
final class Leases {

  /** How often it is looked at all of them. */
  static final Duration TICK = Duration.ofSeconds(1);

  private static final Duration RENEWAL = Duration.ofSeconds(4);

  private final Stores stores;
  private final String holder;
  private final LongSupplier nanos;
  private final Runnable onChange;
  private final FailureLog failures = new FailureLog();
  private final Map<String, Lease> held = new ConcurrentHashMap<>();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();

  /**
   * @param holder of this life of this node
   * @param onChange called when a lease was won or lost
   */
  Leases(Stores stores, String holder, LongSupplier nanos, Runnable onChange) {
    this.stores = stores;
    this.holder = holder;
    this.nanos = nanos;
    this.onChange = onChange;
  }

  /** The lease of an endpoint; null where another node has it. */
  Lease of(String endpointId) {
    Lease lease = held.get(endpointId);
    return lease == null || lease.isLost() ? null : lease;
  }

  boolean isWanted(String endpointId) {
    return wanted.contains(endpointId);
  }

  /** Asks for the lease of an endpoint at once, and from now on. */
  void want(String endpointId) {
    if (wanted.add(endpointId)) {
      ask(endpointId);
    }
  }

  /** Of all others it is no longer asked for. */
  void wantOnly(Set<String> endpointIds) {
    wanted.retainAll(endpointIds);
  }

  /** Endpoints of this node that have marks. */
  List<String> marked() {
    return stores.transactions().call(c -> stores.leases().marked(c, holder));
  }

  /**
   * Gives back all leases, so that another node goes on at once.
   *
   * @param busy endpoints to which a request is still in flight: their leases expire
   */
  void leave(Set<String> busy) {
    wanted.clear();
    for (String id : held.keySet()) {
      if (!busy.contains(id)) {
        failures.run(id, () -> release(id));
      }
    }
  }

  private synchronized void release(String endpointId) {
    stores.transactions().run(c -> stores.leases().release(c, endpointId, holder));
    held.remove(endpointId);
  }

  /** Renews what is held, and asks for the others. */
  void tick() {
    for (String id : wanted) {
      Lease lease = of(id);
      if (lease == null || lease.isOlderThan(RENEWAL)) {
        failures.run(id, () -> ask(id));
      }
    }
  }

  private synchronized void ask(String endpointId) {
    if (!wanted.contains(endpointId)) {
      return;
    }
    long at = nanos.getAsLong();
    OptionalLong fence =
        stores.transactions().call(c -> stores.leases().take(c, endpointId, holder, Lease.LENGTH));
    Lease before = of(endpointId);
    if (fence.isEmpty()) {
      if (before != null) {
        before.lose();
        onChange.run();
      }
    } else if (before != null && before.fence() == fence.getAsLong()) {
      before.renewed(at);
    } else {
      if (before != null) {
        before.lose();
      }
      held.put(endpointId, new Lease(endpointId, holder, fence.getAsLong(), nanos, at));
      onChange.run();
    }
  }
}
