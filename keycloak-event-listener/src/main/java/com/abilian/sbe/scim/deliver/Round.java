package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.reconcile.FullSync;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One round of delivery: read marks, read what they are about, send, record; then the same for the
 * retries that are due, so that who failed stands before nobody. Each reading and each recording is
 * a short transaction; everything is sent between them. A mark is deleted only once all that it led
 * to was tried: what could not be sent because of the endpoint keeps its marks, what failed by
 * itself is remembered by its link.
 */
public final class Round {

  private static final int MARKS = 500;

  /**
   * A full sync goes on in every eighth round at the latest, however many changes come meanwhile.
   */
  private static final int FULL_SYNC_EVERY = 8;

  private final Stores stores;
  private final Endpoint endpoint;
  private final ResourcePusher pusher;
  private final Sender sender;
  private final CircuitBreaker breaker;
  private final Clock clock;
  private int rounds;

  public Round(
      Stores stores,
      Endpoint endpoint,
      ResourcePusher pusher,
      Sender sender,
      CircuitBreaker breaker,
      Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.pusher = pusher;
    this.sender = sender;
    this.breaker = breaker;
    this.clock = clock;
  }

  /** False where nothing was left to do. */
  public boolean run() {
    boolean marked = deliver(stores.transactions().call(this::marked));
    boolean retried = breaker.open() && deliver(stores.transactions().call(this::due));
    return marked || retried;
  }

  private boolean deliver(Batch batch) {
    if (batch.isEmpty()) {
      return false;
    }
    GroupTasks groups =
        stores.transactions().call(c -> GroupTasks.load(c, stores, endpoint, batch));
    if (users(batch, groups) && !groups.isEmpty()) {
      groups(batch, groups);
    }
    Set<String> nothingToDo = Set.copyOf(batch.nothingToDo());
    stores
        .transactions()
        .run(
            connection -> {
              stores.marks().delete(connection, nothingToDo);
              if (breaker.open() && !batch.fullSyncs().isEmpty()) {
                new FullSync(stores, endpoint).step(connection, batch.fullSyncs());
              }
            });
    return true;
  }

  private Batch marked(Connection connection) throws SQLException {
    List<Mark> marks = List.of();
    if (++rounds % FULL_SYNC_EVERY == 0) {
      marks = stores.marks().first(connection, endpoint.id(), Mark.Priority.FULL_SYNC, MARKS);
    }
    if (marks.isEmpty()) {
      marks = stores.marks().first(connection, endpoint.id(), MARKS);
    }
    return new Batch(marks, List.of());
  }

  private Batch due(Connection connection) throws SQLException {
    return new Batch(
        List.of(), stores.links().due(connection, endpoint.id(), clock.millis(), MARKS));
  }

  /** Whether everybody was tried, so that groups may follow. */
  private boolean users(Batch batch, GroupTasks groups) {
    Set<String> first = new HashSet<>();
    UserTasks phase =
        stores
            .transactions()
            .call(
                connection -> {
                  first.addAll(groups.neverAttemptedMembers(connection));
                  first.forEach(batch::user);
                  return UserTasks.load(
                      connection, stores, endpoint, pusher, batch.users(), batch.nothingToDo());
                });
    List<Outcome> outcomes = phase.deliver(sender);
    record(batch, outcomes, true);
    return outcomes.stream().noneMatch(Outcome::waits)
        && first.containsAll(stores.transactions().call(groups::neverAttemptedMembers));
  }

  private void groups(Batch batch, GroupTasks phase) {
    List<List<Delivery>> deliveries =
        stores.transactions().call(connection -> phase.deliveries(connection, pusher));
    List<Outcome> outcomes = new ArrayList<>();
    deliveries.forEach(part -> outcomes.addAll(sender.deliver(part)));
    record(batch, outcomes, false);
  }

  private void record(Batch batch, List<Outcome> outcomes, boolean users) {
    if (outcomes.isEmpty()) {
      return;
    }
    Set<String> kept = new HashSet<>(batch.deferred());
    Set<String> done = new HashSet<>();
    List<Link> saved = new ArrayList<>();
    List<Link> removed = new ArrayList<>();
    boolean delivered = false;
    for (Outcome outcome : outcomes) {
      switch (outcome.kind()) {
        case PUSHED, FAILED, NOT_BEGUN -> {
          if (outcome.after() == null) {
            removed.add(outcome.before());
          } else if (!outcome.after().equals(outcome.before())) {
            saved.add(outcome.after());
          }
        }
        case REMOVED -> removed.add(outcome.before());
        case NOT_ATTEMPTED -> {}
      }
      if (outcome.waits()) {
        kept.addAll(outcome.task().marks());
      }
      delivered |= outcome.kind() == Outcome.Kind.PUSHED || outcome.kind() == Outcome.Kind.REMOVED;
      done.addAll(outcome.task().marks());
    }
    done.removeAll(kept);
    boolean touch = delivered;
    Set<String> late =
        outcomes.stream()
            .filter(outcome -> users && outcome.joinsLate())
            .map(outcome -> outcome.after().resourceId())
            .collect(Collectors.toSet());
    stores
        .transactions()
        .run(
            connection -> {
              stores.links().save(connection, endpoint.id(), saved);
              stores.links().delete(connection, endpoint.id(), removed);
              stores.marks().insert(connection, rejoin(connection, late));
              stores.marks().delete(connection, done);
              if (touch) {
                stores.endpoints().delivered(connection, endpoint.id(), clock.millis());
              }
            });
  }

  /** Groups may have been pushed without a person who was refused, or whom the receiver lost. */
  private List<Mark> rejoin(Connection connection, Set<String> userIds) throws SQLException {
    List<Mark> marks = new ArrayList<>();
    for (Membership membership : stores.realms().memberships(connection, userIds)) {
      marks.add(
          Mark.of(
              endpoint.realmId(),
              endpoint.id(),
              Mark.Priority.LIVE,
              MarkKind.MEMBER,
              membership.groupId(),
              membership.userId(),
              "LATE_MEMBER"));
    }
    return marks;
  }
}
