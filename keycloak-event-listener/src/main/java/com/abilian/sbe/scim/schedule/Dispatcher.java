package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenSource;
import com.abilian.sbe.scim.client.Webhook;
import com.abilian.sbe.scim.directory.Directories;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.mark.MarkListener;
import com.abilian.sbe.scim.monitor.Alarms;
import com.abilian.sbe.scim.monitor.Monitor;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.reconcile.Comparisons;
import com.abilian.sbe.scim.reconcile.PendingFullSyncs;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Keeps one worker for each enabled endpoint whose lease this node holds, whether its component was
 * created, changed, removed or imported, by this node or another.
 */
public final class Dispatcher implements MarkListener {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);
  private static final Duration TICK = Duration.ofSeconds(5);

  /** How soon the holder of a lease sees marks that another node has made. */
  private static final Duration POLL = Duration.ofMillis(250);

  private final Supplier<Stores> source;
  private final Clock clock;
  private final Monitor monitor;
  private final String version;
  private final FailureLog failures = new FailureLog();
  private final FailureLog polling = new FailureLog();
  private final Workers workers = new Workers();
  private final WorkerFactory factory;
  private final PendingFullSyncs pendingFullSyncs;
  private final Comparisons comparisons = new Comparisons(this::marked);
  private final Wakeup signal = new Wakeup(false);
  private final Thread thread = Threads.daemons("sbe-scim-dispatcher").newThread(this::run);
  private final Repeating poll = new Repeating("sbe-scim-poll", POLL, this::poll);
  private final Repeating renewal = new Repeating("sbe-scim-lease", Leases.TICK, this::renew);
  private final ExecutorService telling = Threads.asNeeded("sbe-scim-webhook");
  private final Alarms alarms;
  private final SideTasks sideTasks;
  private volatile boolean stopped;
  private Stores stores;
  private EndpointCatalog catalog;
  private ConfigurationInForce inForce;
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
    this.clock = clock;
    this.monitor = monitor;
    this.version = version;
    this.pendingFullSyncs = new PendingFullSyncs(clock);
    this.factory =
        new WorkerFactory(
            tokens, allowed, transport, monitor, new Guard(directories, clock), clock);
    this.alarms = new Alarms(new Webhook(transport), allowed, telling, clock);
    this.sideTasks =
        new SideTasks(directories, monitor, alarms, clock, this::marked, workers::served);
  }

  /**
   * Looks once before it returns, so that the status of a server that has just started never says
   * that there is nothing to do.
   */
  public void start() {
    look();
    thread.start();
    renewal.start();
    poll.start();
    sideTasks.start();
  }

  public void stop() {
    stopped = true;
    signal.wake();
    try {
      thread.join(TICK.toMillis());
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    poll.stop();
    sideTasks.stop();
    telling.shutdownNow();
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
        signal.wake();
      }
    }
  }

  @Override
  public void endpointsChanged() {
    signal.wake();
  }

  @Override
  public void lost(Set<String> endpointIds, RuntimeException cause) {
    LOG.errorf(cause, "Marks of endpoints %s were lost; a full sync follows", endpointIds);
    pendingFullSyncs.now(endpointIds);
  }

  private void run() {
    try {
      while (!stopped) {
        signal.await(TICK);
        look();
      }
    } catch (InterruptedException stopping) {
      stopped = true;
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

  private void renew() {
    if (leases != null) {
      leases.tick();
    }
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
      catalog = new EndpointCatalog(found);
      inForce = new ConfigurationInForce(found, nodes.id());
      leases = new Leases(found, nodes.id(), System::nanoTime, signal::wake);
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
      inForce.observe(endpoint);
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
    Stores fenced = factory.fenced(stores, lease);
    inForce.put(endpoint, fenced.transactions());
    boolean started =
        workers.start(endpoint, () -> factory.worker(endpoint, lease, fenced, signal::wake));
    // A node that delivered by an older projection until now may have sent the same.
    if (started && nodes.olderIsThere()) {
      pendingFullSyncs.onceTransactionsHaveEnded(endpoint.id());
    }
  }
}
