package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenSource;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.mark.MarkListener;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.reconcile.PendingFullSyncs;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Keeps one worker for each enabled endpoint, whether its component was created, changed, removed
 * or imported, by this node or another.
 */
public final class Dispatcher implements MarkListener {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);
  private static final long TICK_MILLIS = 5_000;

  /** How long the end of the server waits for requests in flight. */
  private static final Duration STOP = Duration.ofSeconds(2);

  private final Supplier<Stores> source;
  private final Function<Endpoint, TokenSource> tokens;
  private final AllowedTargets allowed;
  private final ScimTransport transport;
  private final Clock clock;
  private final String version;
  private final FailureLog failures = new FailureLog();
  private final Map<String, EndpointWorker> workers = new ConcurrentHashMap<>();
  private final PendingFullSyncs pendingFullSyncs;
  private final Semaphore signal = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "sbe-scim-dispatcher");
  private volatile boolean stopped;
  private Stores stores;
  private EndpointCatalog catalog;
  private volatile Nodes nodes;

  /** False at the start of the server, which no transaction outlives. */
  private boolean serving;

  /**
   * @param source may fail until the database is ready
   * @param version of the connector
   */
  public Dispatcher(
      Supplier<Stores> source,
      Function<Endpoint, TokenSource> tokens,
      AllowedTargets allowed,
      ScimTransport transport,
      Clock clock,
      String version) {
    this.source = source;
    this.tokens = tokens;
    this.allowed = allowed;
    this.transport = transport;
    this.clock = clock;
    this.version = version;
    this.pendingFullSyncs = new PendingFullSyncs(clock);
  }

  /**
   * Looks once before it returns, so that the status of a server that has just started never says
   * that there is nothing to do.
   */
  public void start() {
    look();
    thread.setDaemon(true);
    thread.start();
  }

  public void stop() {
    stopped = true;
    signal.release();
    try {
      thread.join(TICK_MILLIS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    workers.values().forEach(EndpointWorker::stop);
    long deadline = System.nanoTime() + STOP.toNanos();
    workers.values().forEach(worker -> worker.join(deadline));
    if (nodes != null) {
      nodes.leave();
    }
  }

  @Override
  public void marked(Set<String> endpointIds) {
    Nodes there = nodes;
    if (there != null && there.newerDelivers()) {
      return;
    }
    for (String id : endpointIds) {
      EndpointWorker worker = workers.get(id);
      if (worker == null) {
        signal.release();
      } else {
        worker.wake();
      }
    }
  }

  @Override
  public void endpointsChanged() {
    signal.release();
  }

  @Override
  public void lost(Set<String> endpointIds, RuntimeException cause) {
    LOG.errorf(cause, "Marks of endpoints %s were lost; a full sync follows", endpointIds);
    pendingFullSyncs.now(endpointIds);
  }

  private void run() {
    while (!stopped) {
      await();
      look();
    }
  }

  private void look() {
    if (stopped) {
      return;
    }
    try {
      refresh();
    } catch (RuntimeException | LinkageError failure) {
      if (!stopped) {
        LOG.error("The endpoints could not be read", failure);
      }
    }
  }

  private void await() {
    try {
      if (signal.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        signal.drainPermits();
      }
    } catch (InterruptedException stopping) {
      stopped = true;
    }
  }

  private void refresh() {
    if (stores == null) {
      Stores found = source.get();
      found.transactions().run(found.realms()::verify);
      found.transactions().run(found.realms()::deleteStrays);
      nodes = new Nodes(found, clock, version, Projection.REVISION);
      catalog = new EndpointCatalog(found, nodes.id());
      stores = found;
    }
    hear();
    if (nodes.newerDelivers()) {
      keep(Map.of());
    } else {
      serve(catalog.read());
    }
    serving = true;
  }

  private void serve(EndpointCatalog.Contents contents) {
    keep(contents.enabled());
    contents.gone().stream()
        .filter(id -> !workers.containsKey(id))
        .forEach(id -> failures.run(id, () -> catalog.forget(id)));
    contents
        .enabled()
        .values()
        .forEach(endpoint -> failures.run(endpoint.id(), () -> serve(endpoint)));
  }

  /** Ends the workers of all other endpoints, and of those whose configuration has changed. */
  private void keep(Map<String, Endpoint> served) {
    for (EndpointWorker worker : workers.values()) {
      if (!worker.endpoint().equals(served.get(worker.endpoint().id()))) {
        worker.stop();
      }
    }
    // Until the requests of the old configuration have ended, nothing may be sent by the new one.
    workers.values().removeIf(EndpointWorker::hasEnded);
  }

  private void hear() {
    Nodes.News news = nodes.hear();
    if (news.ended()) {
      catalog.nodeEnded();
    }
    if (news.missed()) {
      // An older one may have delivered meanwhile.
      pendingFullSyncs.now(Set.copyOf(workers.keySet()));
    }
  }

  private void serve(Endpoint endpoint) {
    ensureWorker(endpoint);
    if (pendingFullSyncs.run(endpoint.id(), () -> catalog.requestFullSync(endpoint, "UNMARKED"))) {
      marked(Set.of(endpoint.id()));
    }
  }

  private void ensureWorker(Endpoint endpoint) {
    EndpointWorker present = workers.get(endpoint.id());
    if (stopped || present != null && !present.endpoint().equals(endpoint)) {
      return;
    }
    catalog.prepare(endpoint);
    if (present != null) {
      return;
    }
    ScimClient client = new ScimClient(endpoint.url(), tokens.apply(endpoint), transport);
    EndpointWorker worker =
        new EndpointWorker(endpoint, allowed, stores, client, clock, signal::release);
    workers.put(endpoint.id(), worker);
    worker.start();
    // A node that delivered by an older projection until now may have sent the same.
    if (serving || nodes.olderIsThere()) {
      pendingFullSyncs.onceTransactionsHaveEnded(endpoint.id());
    }
  }
}
