package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenSource;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.monitor.Monitor;
import com.abilian.sbe.scim.store.IndexedTransactions;
import com.abilian.sbe.scim.store.SharedTransactions;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Transactions;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Makes workers, which share connections to the database and memory. */
final class WorkerFactory {

  /**
   * Of Keycloak's connections, for the deliveries to all endpoints: its pool has a hundred unless
   * the operator says otherwise, and logins want them too.
   */
  private static final int CONNECTIONS = 10;

  /** Of the heap, for what runs remember of all receivers' lists. */
  private static final int LISTS = 4;

  /** Of that, for the lists of one. */
  private static final int LISTS_OF_ONE = 2;

  private final Function<Endpoint, TokenSource> tokens;
  private final AllowedTargets allowed;
  private final ScimTransport transport;
  private final Monitor monitor;
  private final Guard guard;
  private final Clock clock;
  private final Semaphore connections = new Semaphore(CONNECTIONS, true);
  private final MemoryBudget lists = MemoryBudget.ofHeap(LISTS);

  /**
   * @param guard asks directories for people whom Keycloak no longer has
   */
  WorkerFactory(
      Function<Endpoint, TokenSource> tokens,
      AllowedTargets allowed,
      ScimTransport transport,
      Monitor monitor,
      Guard guard,
      Clock clock) {
    this.tokens = tokens;
    this.allowed = allowed;
    this.transport = transport;
    this.monitor = monitor;
    this.guard = guard;
    this.clock = clock;
  }

  /** The tables as only the holder of this lease may change them. */
  Stores fenced(Stores stores, Lease lease) {
    Transactions shared = new SharedTransactions(stores.transactions(), connections);
    return lease.fenced(stores.with(new IndexedTransactions(shared)));
  }

  /**
   * @param fenced the holder's tables
   * @param onEnd called once nothing is sent any more
   */
  EndpointWorker worker(Endpoint endpoint, Lease lease, Stores fenced, Runnable onEnd) {
    ScimClient client =
        new ScimClient(
            endpoint.url(),
            tokens.apply(endpoint),
            transport.forOne(),
            lease::allowsRequest,
            monitor.requests(endpoint.id()));
    return new EndpointWorker(
        endpoint, allowed, fenced, client, lists.part(LISTS_OF_ONE), guard, lease, clock, onEnd);
  }
}
