package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.reconcile.FullSync;
import com.abilian.sbe.scim.reconcile.RoleWalk;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
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

  /** A full sync goes on in every eighth round at the latest, however many changes come. */
  private static final int FULL_SYNC_EVERY = 8;

  private final Stores stores;
  private final Endpoint endpoint;
  private final ResourcePusher pusher;
  private final Looks looks;
  private final Sender sender;
  private final CircuitBreaker breaker;
  private final Clock clock;
  private final RoundSize size;
  private final Departures departures;
  private final PeopleReader reader;
  private final NameConflicts names;
  private final Recorder recorder;
  private final Portions portions;
  private int rounds;

  private Round(
      Stores stores,
      Endpoint endpoint,
      ScimClient client,
      Guard guard,
      Sender sender,
      CircuitBreaker breaker,
      Clock clock,
      RoundSize size) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.pusher = new ResourcePusher(client, clock);
    this.looks = new Looks(client);
    this.sender = sender;
    this.breaker = breaker;
    this.clock = clock;
    this.size = size;
    this.departures = new Departures(stores, endpoint, guard);
    UserTasks users = new UserTasks(stores, endpoint, pusher, departures);
    this.reader = new PeopleReader(stores, endpoint, users, departures, sender, looks, clock);
    this.names = new NameConflicts(stores, endpoint, client, pusher, breaker, clock);
    this.recorder = new Recorder(stores, endpoint, names, clock);
    this.portions =
        new Portions(
            size.portion(), reader, sender, names, recorder, GroupTasks.none(stores, endpoint));
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
    return of(stores, endpoint, client, guard, breaker, sender, clock, RoundSize.USUAL);
  }

  static Round of(
      Stores stores,
      Endpoint endpoint,
      ScimClient client,
      Guard guard,
      CircuitBreaker breaker,
      Sender sender,
      Clock clock,
      RoundSize size) {
    return new Round(stores, endpoint, client, guard, sender, breaker, clock, size);
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
      marks = ofFullSync(connection, size.marks());
    }
    if (marks.isEmpty()) {
      marks = stores.marks().first(connection, endpoint.id(), size.marks());
    }
    return Batch.of(
        mayBeMore(marks) ? more(connection, marks) : marks,
        List.of(),
        endpoint.scope().dependsOnGroups());
  }

  private List<Mark> ofFullSync(Connection connection, int limit) throws SQLException {
    return stores.marks().first(connection, endpoint.id(), Mark.Priority.FULL_SYNC, limit);
  }

  private boolean mayBeMore(List<Mark> marks) {
    return marks.size() == size.marks()
        && marks.stream()
            .allMatch(
                mark -> mark.kind() == MarkKind.USER && mark.priority() == Mark.Priority.FULL_SYNC);
  }

  /** With the people behind them, where nothing was sent of any of them yet. */
  private List<Mark> more(Connection connection, List<Mark> marks) throws SQLException {
    if (!areNew(connection, marks)) {
      return marks;
    }
    List<Mark> people =
        ofFullSync(connection, size.people()).stream()
            .takeWhile(mark -> mark.kind() == MarkKind.USER)
            .toList();
    return areNew(connection, people) ? people : marks;
  }

  private boolean areNew(Connection connection, List<Mark> people) throws SQLException {
    Set<String> ids = people.stream().map(Mark::resourceId).collect(Collectors.toSet());
    return stores.links().find(connection, endpoint.id(), ResourceType.USER, ids).isEmpty();
  }

  private Batch due(Connection connection) throws SQLException {
    List<Link> due = stores.retries().due(connection, endpoint.id(), clock.millis(), size.marks());
    return Batch.of(List.of(), due, false);
  }

  private boolean deliver(Batch batch) {
    if (batch.isEmpty()) {
      return false;
    }
    if (batch.users().size() > size.marks()) {
      // There is nothing else in it.
      finish(batch, portions.deliver(batch.users()));
      return true;
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
    PeopleReader.People people = reader.read(batch.users(), groups);
    List<Outcome> outcomes = send(people.deliveries(), groups);
    return new UsersSent(
        people.members(),
        outcomes.stream().noneMatch(Outcome::waits),
        people.deliveries().nothingToDo());
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
    recorder.record(outcomes, groups.deferred(), deliveries.losses());
    names.settle(outcomes);
    return outcomes;
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
