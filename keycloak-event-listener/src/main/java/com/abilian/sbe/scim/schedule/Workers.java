package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Stores;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The workers of this node, one for each endpoint whose lease it holds. */
final class Workers {

  /** How long the end of the server waits for requests in flight. */
  private static final Duration STOP = Duration.ofSeconds(2);

  private final Map<String, EndpointWorker> workers = new ConcurrentHashMap<>();

  /** Ids of endpoints whose workers run, or have not ended yet. */
  Set<String> ids() {
    return Set.copyOf(workers.keySet());
  }

  /** The endpoints with the tables that their workers may change. */
  Map<Endpoint, Stores> served() {
    return workers.values().stream()
        .collect(Collectors.toMap(EndpointWorker::endpoint, EndpointWorker::stores));
  }

  boolean has(String endpointId) {
    return workers.containsKey(endpointId);
  }

  /** Whether the worker that is there delivers by another configuration or under another lease. */
  boolean hasOther(Endpoint endpoint, Lease lease) {
    EndpointWorker worker = workers.get(endpoint.id());
    return worker != null && !(worker.endpoint().equals(endpoint) && worker.isUnder(lease));
  }

  /** Tells the worker of an endpoint that there may be something to do. */
  void wake(String endpointId) {
    EndpointWorker worker = workers.get(endpointId);
    if (worker != null) {
      worker.wake();
    }
  }

  /**
   * Ends the workers of all other endpoints. Until the requests of one have been answered it is
   * still there, and nothing may be sent by another.
   */
  void keep(Predicate<EndpointWorker> kept) {
    for (EndpointWorker worker : workers.values()) {
      if (!kept.test(worker)) {
        worker.stop();
      }
    }
    workers.values().removeIf(EndpointWorker::hasEnded);
  }

  /**
   * Starts the worker of an endpoint, unless one is there.
   *
   * @return whether it was started
   */
  boolean start(Endpoint endpoint, Supplier<EndpointWorker> made) {
    if (has(endpoint.id())) {
      return false;
    }
    EndpointWorker worker = made.get();
    workers.put(endpoint.id(), worker);
    worker.start();
    return true;
  }

  /** Ends all, and waits a moment for the requests in flight. */
  void stop() {
    workers.values().forEach(EndpointWorker::stop);
    long deadline = System.nanoTime() + STOP.toNanos();
    workers.values().forEach(worker -> worker.join(deadline));
    workers.values().removeIf(EndpointWorker::hasEnded);
  }
}
