package com.abilian.sbe.scim.directory;

import com.abilian.sbe.scim.directory.SnapshotRecord.Base;
import com.abilian.sbe.scim.directory.SnapshotRecord.Stored;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.DirectoryStore.State;
import com.abilian.sbe.scim.store.FederationReader.Mapper;
import com.abilian.sbe.scim.store.FederationReader.Provider;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Looks after the directories of the realms that this node delivers for: takes snapshots, which
 * tell who is no longer there and who is in which group, and has people compared after each sync.
 */
public final class Snapshots {

  private static final Logger LOG = Logger.getLogger(Snapshots.class);

  private final Directories directories;
  private final Clock clock;
  private final Consumer<Set<String>> marked;
  private final Executor threads;
  private final Map<String, Turn> turns = new ConcurrentHashMap<>();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final MapperWatch mappers = new MapperWatch();

  /**
   * @param marked is told of endpoints that have new marks
   * @param threads one for each realm whose directories are asked: one that hangs keeps no other
   *     waiting
   */
  public Snapshots(
      Directories directories, Clock clock, Consumer<Set<String>> marked, Executor threads) {
    this.directories = directories;
    this.clock = clock;
    this.marked = marked;
    this.threads = threads;
  }

  /** What is there to look after. */
  private record Overview(
      List<Provider> providers, Map<String, State> states, List<Mapper> mappers) {}

  /** Has done what is due by now for these endpoints; never throws. */
  public void look(Map<Endpoint, Stores> served) {
    if (served.isEmpty()) {
      turns.clear();
    } else {
      guarded("", () -> lookAfter(served));
    }
  }

  private void guarded(String realmId, Runnable action) {
    try {
      action.run();
      failures.remove(realmId);
    } catch (RuntimeException | LinkageError unread) {
      if (!unread.toString().equals(failures.put(realmId, unread.toString()))) {
        LOG.error("Directories could not be looked after", unread);
      }
    }
  }

  private void lookAfter(Map<Endpoint, Stores> served) {
    Stores stores = served.values().iterator().next();
    Map<String, Set<String>> realms =
        served.keySet().stream()
            .collect(
                Collectors.groupingBy(
                    Endpoint::realmId, Collectors.mapping(Endpoint::id, Collectors.toSet())));
    Overview overview = stores.transactions().call(c -> overview(c, stores, realms.keySet()));
    mappers.look(stores, overview.mappers(), clock.millis());
    turns
        .keySet()
        .retainAll(overview.providers().stream().map(Provider::id).collect(Collectors.toSet()));
    overview.providers().stream()
        .filter(Provider::imports)
        .collect(Collectors.groupingBy(Provider::realmId))
        .forEach((realm, providers) -> look(stores, overview, realm, providers));
  }

  private void look(Stores stores, Overview overview, String realmId, List<Provider> providers) {
    if (!busy.add(realmId)) {
      return;
    }
    Runnable looking = () -> providers.forEach(provider -> look(stores, overview, provider));
    threads.execute(
        () -> {
          try {
            guarded(realmId, looking);
          } finally {
            busy.remove(realmId);
          }
        });
  }

  private Overview overview(Connection connection, Stores stores, Collection<String> realms)
      throws SQLException {
    List<Provider> providers = stores.federations().providers(connection, realms);
    return new Overview(
        providers,
        providers.isEmpty() ? Map.of() : stores.directories().states(connection, realms),
        Stream.concat(
                stores.federations().mappers(connection).stream(),
                stores.federations().roleMappers(connection).stream())
            .toList());
  }

  private void look(Stores stores, Overview overview, Provider provider) {
    State state = overview.states().getOrDefault(provider.id(), State.unknown(provider.id()));
    if (!overview.states().containsKey(provider.id())) {
      insert(stores, provider);
    }
    Turn turn = turns.computeIfAbsent(provider.id(), id -> new Turn(provider.lastSync()));
    long now = clock.millis();
    if (turn.isCompared(provider.lastSync(), now)) {
      compare(stores, provider);
    }
    if (turn.isDue(provider.lastSync(), state, now)) {
      turn.begin(provider.lastSync(), now);
      take(stores, provider, state, turn);
    }
  }

  private static void insert(Stores stores, Provider provider) {
    try {
      stores
          .transactions()
          .run(c -> stores.directories().insert(c, provider.realmId(), provider.id()));
    } catch (RuntimeException another) {
      LOG.debugf("Directory %s was seen by another node first", provider.id());
    }
  }

  /** A sync writes people without an event for each. */
  private static void compare(Stores stores, Provider provider) {
    stores
        .transactions()
        .run(c -> MapperWatch.compare(c, stores, provider.realmId(), "DIRECTORY_SYNC"));
  }

  private void take(Stores stores, Provider provider, State state, Turn turn) {
    long begun = clock.millis();
    SnapshotRecord record = new SnapshotRecord(stores, provider.realmId(), provider.id());
    try {
      if (!provider.enabled()) {
        throw new DirectoryException("it is disabled in Keycloak", null);
      }
      Base base = stores.transactions().call(record::base);
      Snapshot snapshot = directories.snapshot(provider.realmId(), provider.id());
      Set<String> told = new HashSet<>();
      Stored stored =
          stores
              .transactions()
              .call(
                  connection -> {
                    told.addAll(stores.endpoints().ofRealm(connection, provider.realmId()));
                    return record.store(connection, base, snapshot, turn.doubts(), begun, told);
                  });
      turn.ended(clock.millis(), stored.doubts());
      if (state.failingSince() != null) {
        LOG.infof("Directory %s of realm %s answers again", provider.name(), provider.realmId());
      }
      if (stored.marked()) {
        marked.accept(told);
      }
    } catch (DirectoryException unanswered) {
      failed(stores, provider, state, unanswered);
      turn.failed(clock.millis());
    }
  }

  private void failed(Stores stores, Provider provider, State state, DirectoryException reason) {
    if (!reason.getMessage().equals(state.reason())) {
      LOG.warnf(
          "Directory %s of realm %s: %s; what it showed before stays",
          provider.name(), provider.realmId(), reason.getMessage());
      LOG.debug("How it failed", reason);
    }
    stores
        .transactions()
        .run(
            c ->
                stores.directories().failed(c, provider.id(), clock.millis(), reason.getMessage()));
  }
}
