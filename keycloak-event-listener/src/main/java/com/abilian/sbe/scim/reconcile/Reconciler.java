package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.Run.Item;
import com.abilian.sbe.scim.store.Run.Phase;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Carries out an endpoint's runs, one step at a time, between deliveries: the receiver's lists are
 * read first, then Keycloak's people and groups are compared with what was sent and with what the
 * lists tell. What differs is marked, and delivered as any change is; what has to be removed waits
 * for the end.
 *
 * <p>A step is stored together with what it led to, so that another node goes on where this one
 * ended. The lists are kept in memory only, and read anew by whoever goes on.
 */
public final class Reconciler {

  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  /** How long what is being created now may take to show. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  /** How long a receiver is left alone that could not tell its list. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  /** When it is looked again whether a full sync is over. */
  private static final Duration FULL_SYNC = Duration.ofSeconds(1);

  private final Stores stores;
  private final Endpoint endpoint;
  private final ScimClient client;
  private final MemoryBudget memory;
  private final Clock clock;
  private final Occasions occasions;
  private final Residents residents;
  private final Removals removals;
  private RemoteWalk remote;
  private String runId;

  /**
   * @param memory of this endpoint, for the receiver's lists
   */
  public Reconciler(
      Stores stores, Endpoint endpoint, ScimClient client, MemoryBudget memory, Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.client = client;
    this.memory = memory;
    this.clock = clock;
    this.occasions = new Occasions(stores, endpoint, client, clock);
    this.residents = new Residents(stores, endpoint);
    this.removals = new Removals(stores, endpoint, residents);
  }

  /** Something was delivered since the last step. */
  public void delivered() {
    occasions.delivered();
  }

  /**
   * Takes the next step of the run that is under way, or of one that there is an occasion for.
   *
   * @return when the next one is due, epoch milliseconds; null where there is none
   */
  public Long step() throws EndpointFault, InterruptedException {
    if (!endpoint.paused()) {
      occasions.look();
    }
    Run run = current();
    if (run == null) {
      close();
      return null;
    }
    long now = clock.millis();
    if (run.dueAt() != null && run.dueAt() > now) {
      return run.dueAt();
    }
    return !run.dryRun() && isSyncing() ? Long.valueOf(now + FULL_SYNC.toMillis()) : step(run, now);
  }

  /** Forgets the receiver's lists; a run that goes on reads them anew. */
  public void close() {
    if (remote != null) {
      remote.forget();
      remote = null;
    }
  }

  /** Null where there is none; where the endpoint is paused only dry runs go on. */
  private Run current() {
    return stores
        .transactions()
        .call(
            c ->
                endpoint.paused()
                    ? stores.runs().currentDryRun(c, endpoint.id())
                    : stores.runs().current(c, endpoint.id()))
        .orElse(null);
  }

  private boolean isSyncing() {
    return !stores.transactions().call(c -> stores.marks().fullSyncs(c, endpoint.id())).isEmpty();
  }

  private Long step(Run waiting, long now) throws EndpointFault, InterruptedException {
    Run run = waiting.startedAt(now);
    try {
      switch (run.phase()) {
        case REMOVALS -> end(run, now);
        case GROUPS -> compare(run, now, this::groups);
        default -> compare(run, now, this::users);
      }
      return now;
    } catch (ResourceFault fault) {
      Run next = after(run, fault, now);
      stores.transactions().change(endpoint.id(), c -> stores.runs().save(c, next));
      return next.dueAt() == null ? now : next.dueAt();
    }
  }

  private Run after(Run run, ResourceFault fault, long now) {
    if (fault.kind() == ResourceFault.Kind.RETRY) {
      return run.going(run.phase(), run.after(), now + AFTER_FAILURE.toMillis());
    }
    LOG.warnf("Endpoint %s cannot be reconciled: %s", endpoint.id(), fault.getMessage());
    return run.ended(now, fault.getMessage());
  }

  @FunctionalInterface
  private interface Page {
    void of(Connection connection, Run run) throws SQLException;
  }

  /** Once the receiver's lists have been read. */
  private void compare(Run run, long now, Page page)
      throws EndpointFault, ResourceFault, InterruptedException {
    if (remote == null || !run.id().equals(runId) || remote.isStale(now)) {
      close();
      remote = new RemoteWalk(client, memory, now);
      runId = run.id();
    }
    if (remote.isComplete()) {
      stores.transactions().change(endpoint.id(), connection -> page.of(connection, run));
    } else {
      remote.next(residents::known);
    }
  }

  private void users(Connection connection, Run run) throws SQLException {
    LocalWalk.Page<Finding> page = walk().people(connection, run.after());
    boolean last = page.last() == null;
    Run next = run.going(last ? Phase.GROUPS : Phase.USERS, last ? "" : page.last(), null);
    new Ledger(stores, endpoint).enter(connection, next, page.found());
  }

  private void groups(Connection connection, Run run) throws SQLException {
    List<Finding> found = new ArrayList<>(walk().groups(connection).found());
    // Receivers of this project show each realm its own; others may show everybody's.
    Action strangers = remote.isOurs() ? Action.DELETE : Action.REPORT;
    remote.strangers().forEach(one -> found.add(foreign(strangers, one)));
    remote.leftAlone().forEach(one -> found.add(foreign(Action.REPORT, one)));
    boolean waits = !run.dryRun() && !remote.strangers().isEmpty();
    Run next = run.going(Phase.REMOVALS, "", waits ? clock.millis() + GRACE.toMillis() : null);
    Ledger ledger = new Ledger(stores, endpoint);
    ledger.enter(connection, next, found);
    if (!run.dryRun()) {
      // Which members the receiver has is known of some groups only: each is looked at whole.
      ledger.markGroups(connection);
    }
  }

  private LocalWalk<Finding> walk() {
    return new LocalWalk<>(stores, endpoint, new Finding.Judge(remote));
  }

  private static Finding foreign(Action action, RemoteWalk.Stranger one) {
    return new Finding(new Item(action, one.type(), one.externalId(), one.remoteId()), null);
  }

  private void end(Run run, long now) {
    Run done =
        stores
            .transactions()
            .changing(
                endpoint.id(),
                connection -> {
                  Run settled = removals.settle(connection, run, now).ended(now, null);
                  stores.runs().save(connection, settled);
                  stores.directoryPeople().forgetStrays(connection);
                  return settled;
                });
    close();
    LOG.infof("Endpoint %s is reconciled: %s", endpoint.id(), done.counts());
  }
}
