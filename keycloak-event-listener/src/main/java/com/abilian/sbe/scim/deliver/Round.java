package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.reconcile.FullSync;
import com.abilian.sbe.scim.reconcile.RoleWalk;
import com.abilian.sbe.scim.reconcile.Valve;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * One round of delivery: read marks, read what they are about, send, record; then the same for the
 * retries that are due, so that nothing waits for what failed. Each reading and each recording is a
 * short transaction; everything is sent between them. A mark is deleted only once all that it led
 * to was attempted: what could not be sent because of the endpoint keeps its marks, what failed by
 * itself is remembered by its link.
 */
public final class Round {

  private static final int MARKS = 500;

  /** A full sync goes on in every eighth round at the latest, however many changes come. */
  private static final int FULL_SYNC_EVERY = 8;

  private final Stores stores;
  private final Endpoint endpoint;
  private final ResourcePusher pusher;
  private final Looks looks;
  private final Sender sender;
  private final CircuitBreaker breaker;
  private final Clock clock;
  private final Departures departures;
  private final UserTasks users;
  private final NameConflicts names;
  private final MemberRecorder members;
  private final Valve valve;
  private final ScopeChanges scopes;
  private int rounds;

  private Round(
      Stores stores,
      Endpoint endpoint,
      ScimClient client,
      Guard guard,
      Sender sender,
      CircuitBreaker breaker,
      Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.pusher = new ResourcePusher(client, clock);
    this.looks = new Looks(client);
    this.sender = sender;
    this.breaker = breaker;
    this.clock = clock;
    this.departures = new Departures(stores, endpoint, guard);
    this.users = new UserTasks(stores, endpoint, pusher, departures);
    this.members = new MemberRecorder(stores.members(), endpoint.id());
    this.valve = Valve.of(stores, endpoint);
    this.scopes = new ScopeChanges(stores, endpoint);
    this.names = new NameConflicts(stores, endpoint, client, pusher, breaker, clock);
  }

  /**
   * @param guard asks directories for people whom Keycloak no longer has
   * @param threads one for each request that may be in flight
   * @param stopped whether nothing more may be begun
   */
  public static Round of(
      Stores stores,
      Endpoint endpoint,
      ScimClient client,
      Guard guard,
      CircuitBreaker breaker,
      ExecutorService threads,
      BooleanSupplier stopped,
      Clock clock,
      RandomGenerator random) {
    Sender sender = new Sender(endpoint.id(), client, breaker, threads, stopped, clock, random);
    return new Round(stores, endpoint, client, guard, sender, breaker, clock);
  }

  /** False where nothing was left to do. */
  public boolean run() {
    boolean marked = deliver(stores.transactions().call(this::marked));
    boolean retried = !breaker.isTripped() && deliver(stores.transactions().call(this::due));
    return marked || retried;
  }

  private Batch marked(Connection connection) throws SQLException {
    List<Mark> marks = List.of();
    if (++rounds % FULL_SYNC_EVERY == 0) {
      marks = stores.marks().first(connection, endpoint.id(), Mark.Priority.FULL_SYNC, MARKS);
    }
    if (marks.isEmpty()) {
      marks = stores.marks().first(connection, endpoint.id(), MARKS);
    }
    return Batch.of(marks, List.of(), endpoint.scope().dependsOnGroups());
  }

  private Batch due(Connection connection) throws SQLException {
    List<Link> due = stores.retries().due(connection, endpoint.id(), clock.millis(), MARKS);
    return Batch.of(List.of(), due, false);
  }

  private boolean deliver(Batch batch) {
    if (batch.isEmpty()) {
      return false;
    }
    GroupTasks groups = groups(batch);
    Set<String> nothingToDo = new HashSet<>();
    UsersSent sent = sendUsers(batch, groups);
    nothingToDo.addAll(sent.nothingToDo());
    if (sent.complete()) {
      // A mark of a group that nothing is to be done about may tell of a person's scope.
      nothingToDo.addAll(groups.nothingToDo());
    }
    if (!groups.isEmpty() && groupsMayFollow(sent, groups)) {
      nothingToDo.addAll(sendGroups(groups));
    }
    finish(batch, nothingToDo);
    return true;
  }

  private GroupTasks groups(Batch batch) {
    return batch.concernsGroups()
        ? stores
            .transactions()
            .call(c -> GroupTasks.load(c, stores, endpoint, departures, batch, clock.millis()))
        : GroupTasks.none(stores, endpoint);
  }

  /**
   * What became of the users.
   *
   * @param members who were sent because a group needs them
   * @param complete whether all were attempted
   */
  private record UsersSent(Set<String> members, boolean complete, Set<String> nothingToDo) {}

  private UsersSent sendUsers(Batch batch, GroupTasks groups) {
    if (batch.users().isEmpty() && groups.isEmpty()) {
      return new UsersSent(Set.of(), true, Set.of());
    }
    long now = clock.millis();
    UserTasks.Known known =
        stores
            .transactions()
            .call(
                c -> users.known(c, batch.users().keySet(), groups.neverAttemptedMembers(c), now));
    Map<String, Look> found = Asked.all(sender, looks, known.links(), known.names()::get, now);
    Map<String, Presence> directories = departures.ask(known.links().values());
    Deliveries deliveries =
        stores
            .transactions()
            .changing(
                endpoint.id(), c -> users.load(c, batch.users(), known, found, directories, now));
    List<Outcome> outcomes = send(deliveries, groups);
    return new UsersSent(
        known.members(), outcomes.stream().noneMatch(Outcome::waits), deliveries.nothingToDo());
  }

  /** Whether no group would be sent without a member who was not attempted yet. */
  private boolean groupsMayFollow(UsersSent sent, GroupTasks groups) {
    return sent.complete()
        && sent.members().containsAll(stores.transactions().call(groups::neverAttemptedMembers));
  }

  /** Ids of marks that turned out to ask for nothing. */
  private Set<String> sendGroups(GroupTasks groups) {
    Map<String, Look> found = groups.look(sender, looks);
    Deliveries deliveries =
        stores.transactions().changing(endpoint.id(), c -> groups.deliveries(c, pusher, found));
    send(deliveries, groups);
    return deliveries.nothingToDo();
  }

  private List<Outcome> send(Deliveries deliveries, GroupTasks groups) {
    List<Outcome> outcomes = names.yielding(deliveries).send(sender);
    record(outcomes, Recording.of(outcomes, groups.deferred()), deliveries.losses());
    names.settle(outcomes);
    return outcomes;
  }

  private void record(List<Outcome> outcomes, Recording recording, Set<Loss.Key> losses) {
    if (recording.isEmpty()) {
      return;
    }
    stores
        .transactions()
        .change(
            endpoint.id(),
            connection -> {
              stores.links().save(connection, endpoint.id(), recording.saved());
              stores.links().delete(connection, endpoint.id(), recording.removed());
              members.record(connection, outcomes);
              names.record(connection, outcomes);
              valve.done(connection, accepted(outcomes, losses));
              valve.gone(connection, gone(outcomes));
              stores.marks().insert(connection, rejoin(connection, recording.lateMembers()));
              stores.marks().insert(connection, scopes.memberships(connection, outcomes));
              stores.marks().delete(connection, recording.done());
              if (recording.delivered()) {
                stores.endpoints().delivered(connection, endpoint.id(), clock.millis());
              }
            });
  }

  private static List<Link> gone(List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(outcome -> outcome.kind() == Outcome.Kind.REMOVED)
        .map(Outcome::before)
        .toList();
  }

  private static Set<Loss.Key> accepted(List<Outcome> outcomes, Set<Loss.Key> losses) {
    Set<Loss.Key> delivered = new HashSet<>();
    outcomes.stream()
        .filter(Outcome::isSettled)
        .map(Outcome::before)
        .forEach(link -> delivered.add(Loss.Key.of(link.type(), link.resourceId())));
    return losses.stream()
        .filter(key -> delivered.contains(key.isMembership() ? key.group() : key))
        .collect(Collectors.toSet());
  }

  /** Groups may have been sent without a user who was refused, or whom the receiver lost. */
  private List<Mark> rejoin(Connection connection, Set<String> userIds) throws SQLException {
    return stores.realms().memberships(connection, userIds).stream().map(this::joined).toList();
  }

  private Mark joined(Membership membership) {
    return Mark.of(
        endpoint.realmId(),
        endpoint.id(),
        Mark.Priority.LIVE,
        MarkKind.MEMBER,
        membership.groupId(),
        membership.userId(),
        "LATE_MEMBER");
  }

  /** Deletes marks that asked for nothing, and goes on with what concerns everybody. */
  private void finish(Batch batch, Set<String> nothingToDo) {
    boolean sync = !breaker.isTripped() && !batch.fullSyncs().isEmpty();
    boolean roles = !breaker.isTripped() && !batch.roles().isEmpty();
    if (nothingToDo.isEmpty() && !sync && !roles) {
      return;
    }
    stores
        .transactions()
        .change(
            endpoint.id(),
            connection -> {
              stores.marks().delete(connection, nothingToDo);
              if (sync) {
                new FullSync(stores, endpoint).step(connection, batch.fullSyncs());
              }
              if (roles) {
                new RoleWalk(stores, endpoint).step(connection, batch.roles());
              }
            });
  }
}
