package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.store.Stores;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Whether no other node can have the lease of an endpoint by now. */
  boolean holds(String endpointId) {
    Lease lease = of(endpointId);
    return lease != null && !lease.isOlderThan(Lease.LENGTH);
  }

  boolean isWanted(String endpointId) {
    return wanted.contains(endpointId);
  }

  /** Asks for the lease of an endpoint at once, and from now on. */
  void want(String endpointId) {
    if (wanted.add(endpointId)) {
      ask(Set.of(endpointId));
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

  /**
   * Renews what is held, and asks for the others: all in one transaction, however many there are.
   */
  void tick() {
    List<String> due =
        wanted.stream()
            .filter(
                id -> {
                  Lease lease = of(id);
                  return lease == null || lease.isOlderThan(RENEWAL);
                })
            .toList();
    if (!due.isEmpty()) {
      failures.run("any", () -> ask(due));
    }
  }

  private synchronized void ask(Collection<String> endpointIds) {
    List<String> asked = endpointIds.stream().filter(wanted::contains).toList();
    // A worker may lose one at any time.
    Map<String, Lease> before = new HashMap<>();
    for (String id : asked) {
      Optional.ofNullable(of(id)).ifPresent(lease -> before.put(id, lease));
    }
    long at = nanos.getAsLong();
    Map<String, Long> taken = new HashMap<>();
    Map<String, Long> still = new HashMap<>();
    stores
        .transactions()
        .run(
            connection -> {
              taken.putAll(stores.leases().take(connection, asked, holder, Lease.LENGTH));
              // One that is ours and was not renewed is locked by a transaction of ours.
              still.putAll(stores.leases().held(connection, before.keySet(), holder));
            });
    boolean changed = false;
    for (Map.Entry<String, Lease> one : before.entrySet()) {
      if (!Long.valueOf(one.getValue().fence()).equals(still.get(one.getKey()))) {
        one.getValue().lose();
        changed = true;
      }
    }
    for (Map.Entry<String, Long> one : taken.entrySet()) {
      changed |= has(one.getKey(), one.getValue(), at);
    }
    if (changed) {
      onChange.run();
    }
  }

  /** Whether it is another than before. */
  private boolean has(String endpointId, long fence, long at) {
    Lease before = of(endpointId);
    if (before != null) {
      before.renewed(at);
      return false;
    }
    held.put(endpointId, new Lease(endpointId, holder, fence, nanos, at));
    return true;
  }
}
