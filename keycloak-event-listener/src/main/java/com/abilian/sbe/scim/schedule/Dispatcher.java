package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenSource;
import com.abilian.sbe.scim.client.Webhook;
import com.abilian.sbe.scim.directory.Directories;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.directory.Snapshots;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.mark.MarkListener;
import com.abilian.sbe.scim.monitor.Alarms;
import com.abilian.sbe.scim.monitor.Monitor;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.reconcile.Comparisons;
import com.abilian.sbe.scim.reconcile.PendingFullSyncs;
import com.abilian.sbe.scim.store.SharedTransactions;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Keeps one worker for each enabled endpoint whose lease this node holds, whether its component was
 * created, changed, removed or imported, by this node or another.
 */
public final class Dispatcher implements MarkListener {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);
  private static final long TICK_MILLIS = 5_000;

  /** How soon a sync of a directory is seen. */
  private static final Duration DIRECTORIES = Duration.ofSeconds(1);

  /** How soon metrics tell of an endpoint that this node has begun to deliver to. */
  private static final Duration MONITORING = Duration.ofSeconds(1);

  /** How soon a webhook is told of what somebody has to act upon. */
  private static final Duration ALARMS = Duration.ofSeconds(5);

  /** How soon the holder of a lease sees marks that another node has made. */
  private static final Duration POLL = Duration.ofMillis(250);

  /**
   * Of Keycloak's connections, for the deliveries to all endpoints: its pool has a hundred unless
   * the operator says otherwise, and logins want them too.
   */
  private static final int CONNECTIONS = 10;

  /** Of the heap, for what runs remember of all receivers' lists. */
  private static final int LISTS = 4;

  /** Of that, for the lists of one. */
  private static final int LISTS_OF_ONE = 2;

  private final Supplier<Stores> source;
  private final Function<Endpoint, TokenSource> tokens;
  private final AllowedTargets allowed;
  private final ScimTransport transport;
  private final Clock clock;
  private final Monitor monitor;
  private final String version;
  private final FailureLog failures = new FailureLog();
  private final FailureLog polling = new FailureLog();
  private final Workers workers = new Workers();
  private final Semaphore connections = new Semaphore(CONNECTIONS, true);
  private final MemoryBudget lists = MemoryBudget.ofHeap(LISTS);
  private final PendingFullSyncs pendingFullSyncs;
  private final Comparisons comparisons = new Comparisons(this::marked);
  private final Semaphore signal = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "sbe-scim-dispatcher");
  private final Repeating poll = new Repeating("sbe-scim-poll", POLL, this::poll);
  private final Repeating renewal = new Repeating("sbe-scim-lease", Leases.TICK, this::renew);
  private final Repeating monitoring = new Repeating("sbe-scim-monitor", MONITORING, this::monitor);
  private final ExecutorService asking = threads("sbe-scim-directory");
  private final ExecutorService telling = threads("sbe-scim-webhook");
  private final Guard guard;
  private final Repeating directories;
  private final Alarms alarms;
  private final Repeating alarming;
  private volatile boolean stopped;
  private Stores stores;
  private EndpointCatalog catalog;
  private volatile Nodes nodes;
  private volatile Leases leases;

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
      Directories directories,
      Clock clock,
      Monitor monitor,
      String version) {
    this.source = source;
    this.tokens = tokens;
    this.allowed = allowed;
    this.transport = transport;
    this.clock = clock;
    this.monitor = monitor;
    this.version = version;
    this.pendingFullSyncs = new PendingFullSyncs(clock);
    this.guard = new Guard(directories, clock);
    Snapshots snapshots = new Snapshots(directories, clock, this::marked, asking);
    this.directories =
        new Repeating("sbe-scim-directories", DIRECTORIES, () -> snapshots.look(workers.served()));
    this.alarms = new Alarms(new Webhook(transport), allowed, telling, clock);
    this.alarming = new Repeating("sbe-scim-alarms", ALARMS, () -> alarms.look(workers.served()));
  }

  /** Threads that end when there is nothing to do. */
  private static ExecutorService threads(String name) {
    return Executors.newCachedThreadPool(
        task -> {
          Thread made = new Thread(task, name);
          made.setDaemon(true);
          return made;
        });
  }

  /**
   * Looks once before it returns, so that the status of a server that has just started never says
   * that there is nothing to do.
   */
  public void start() {
    look();
    thread.setDaemon(true);
    thread.start();
    renewal.start();
    poll.start();
    directories.start();
    monitoring.start();
    alarming.start();
  }

  public void stop() {
    stopped = true;
    signal.release();
    try {
      thread.join(TICK_MILLIS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    poll.stop();
    directories.stop();
    asking.shutdown();
    alarming.stop();
    telling.shutdownNow();
    monitoring.stop();
    keep(Map.of());
    comparisons.stop();
    workers.stop();
    renewal.stop();
    if (leases != null) {
      leases.leave(workers.ids());
      nodes.leave();
    }
  }

  /** Another node's endpoints are left to it: it looks for their marks. */
  @Override
  public void marked(Set<String> endpointIds) {
    Leases known = leases;
    for (String id : endpointIds) {
      if (workers.has(id)) {
        workers.wake(id);
      } else if (known == null || !known.isWanted(id)) {
        signal.release();
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

  private void renew() {
    if (leases != null) {
      leases.tick();
    }
  }

  private void monitor() {
    monitor.look(workers.served());
  }

  private void keep(Map<String, String> realms) {
    Leases known = leases;
    monitor.keep(realms, id -> known != null && known.holds(id));
  }

  private void poll() {
    if (leases != null) {
      polling.run("any", () -> leases.marked().forEach(workers::wake));
    }
  }

  private void refresh() {
    if (stores == null) {
      Stores found = source.get();
      found.transactions().run(found.keycloak()::verify);
      found.transactions().run(found.components()::deleteStrays);
      nodes = new Nodes(found, clock, version, Projection.REVISION);
      catalog = new EndpointCatalog(found, nodes.id());
      leases = new Leases(found, nodes.id(), System::nanoTime, signal::release);
      stores = found;
    }
    hear();
    if (nodes.newerDelivers()) {
      standAside();
    } else {
      serve(catalog.read());
    }
    comparisons.serve(workers.served());
    serving = true;
  }

  /** A node with a newer projection delivers, as soon as the requests of this one have ended. */
  private void standAside() {
    keep(Map.of());
    workers.keep(worker -> false);
    leases.leave(workers.ids());
  }

  private void serve(EndpointCatalog.Contents contents) {
    keep(contents.realms());
    alarms.keep(contents.recipients());
    Map<String, Endpoint> enabled = contents.enabled();
    enabled.values().forEach(endpoint -> failures.run(endpoint.id(), () -> want(endpoint)));
    workers.keep(
        worker ->
            worker.endpoint().equals(enabled.get(worker.endpoint().id())) && worker.isHolder());
    leases.wantOnly(enabled.keySet());
    contents.gone().stream()
        .filter(id -> !workers.has(id))
        .forEach(id -> failures.run(id, () -> catalog.forget(id)));
    contents.disabled().stream()
        .filter(id -> !workers.has(id))
        .forEach(id -> failures.run(id, () -> catalog.deleteMarks(id)));
    enabled.values().forEach(endpoint -> failures.run(endpoint.id(), () -> serve(endpoint)));
  }

  private void hear() {
    Nodes.News news = nodes.hear();
    if (news.missed()) {
      // An older one may have delivered meanwhile.
      pendingFullSyncs.now(workers.ids());
    }
  }

  private void want(Endpoint endpoint) {
    if (catalog.register(endpoint) && serving) {
      pendingFullSyncs.onceTransactionsHaveEnded(endpoint.id());
    }
    leases.want(endpoint.id());
  }

  private void serve(Endpoint endpoint) {
    Lease lease = leases.of(endpoint.id());
    if (lease == null) {
      catalog.observe(endpoint);
    } else {
      deliver(endpoint, lease);
    }
    if (pendingFullSyncs.run(endpoint.id(), () -> catalog.requestFullSync(endpoint, "UNMARKED"))) {
      marked(Set.of(endpoint.id()));
    }
  }

  private void deliver(Endpoint endpoint, Lease lease) {
    // A worker of the old configuration, or of an older lease, has still requests in flight.
    if (stopped || workers.hasOther(endpoint, lease)) {
      return;
    }
    Transactions shared = new SharedTransactions(stores.transactions(), connections);
    Stores fenced = lease.fenced(stores.with(shared));
    catalog.prepare(endpoint, fenced.transactions());
    boolean started = workers.start(endpoint, () -> worker(endpoint, lease, fenced));
    // A node that delivered by an older projection until now may have sent the same.
    if (started && nodes.olderIsThere()) {
      pendingFullSyncs.onceTransactionsHaveEnded(endpoint.id());
    }
  }

  private EndpointWorker worker(Endpoint endpoint, Lease lease, Stores fenced) {
    ScimClient client =
        new ScimClient(
            endpoint.url(),
            tokens.apply(endpoint),
            transport.forOne(),
            lease::allowsRequest,
            monitor.requests(endpoint.id()));
    return new EndpointWorker(
        endpoint,
        allowed,
        fenced,
        client,
        lists.part(LISTS_OF_ONE),
        guard,
        lease,
        clock,
        signal::release);
  }
}
