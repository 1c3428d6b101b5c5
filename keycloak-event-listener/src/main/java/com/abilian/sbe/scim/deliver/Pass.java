package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Membership;
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
final class Pass {

  private static final int MARKS = 500;

  /** A walk goes on at every eighth pass at the latest, however many changes come meanwhile. */
  private static final int WALK_EVERY = 8;

  private final Stores stores;
  private final Endpoint endpoint;
  private final ResourcePusher pusher;
  private final Courier courier;
  private final EndpointHealth health;
  private final Clock clock;
  private int passes;

  Pass(
      Stores stores,
      Endpoint endpoint,
      ResourcePusher pusher,
      Courier courier,
      EndpointHealth health,
      Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.pusher = pusher;
    this.courier = courier;
    this.health = health;
    this.clock = clock;
  }

  /** False where nothing was left to do. */
  boolean run() {
    boolean marked = deliver(stores.transactions().call(this::marked));
    boolean retried = health.open() && deliver(stores.transactions().call(this::due));
    return marked || retried;
  }

  private boolean deliver(Plan plan) {
    if (plan.isEmpty()) {
      return false;
    }
    GroupPhase groups = stores.transactions().call(c -> GroupPhase.load(c, stores, endpoint, plan));
    if (users(plan, groups) && !groups.isEmpty()) {
      groups(plan, groups);
    }
    Set<String> settled = Set.copyOf(plan.settled());
    stores
        .transactions()
        .run(
            connection -> {
              stores.marks().delete(connection, settled);
              if (health.open() && !plan.walks().isEmpty()) {
                new Walk(stores, endpoint).step(connection, plan.walks());
              }
            });
    return true;
  }

  private Plan marked(Connection connection) throws SQLException {
    List<Mark> marks = List.of();
    if (++passes % WALK_EVERY == 0) {
      marks = stores.marks().first(connection, endpoint.id(), Mark.Priority.WALK, MARKS);
    }
    if (marks.isEmpty()) {
      marks = stores.marks().first(connection, endpoint.id(), MARKS);
    }
    return new Plan(marks, List.of());
  }

  private Plan due(Connection connection) throws SQLException {
    return new Plan(
        List.of(), stores.links().due(connection, endpoint.id(), clock.millis(), MARKS));
  }

  /** Whether everybody was tried, so that groups may follow. */
  private boolean users(Plan plan, GroupPhase groups) {
    Set<String> first = new HashSet<>();
    UserPhase phase =
        stores
            .transactions()
            .call(
                connection -> {
                  first.addAll(groups.untriedMembers(connection));
                  first.forEach(plan::user);
                  return UserPhase.load(
                      connection, stores, endpoint, pusher, plan.users(), plan.settled());
                });
    List<Outcome> outcomes = phase.deliver(courier);
    record(plan, outcomes, true);
    return outcomes.stream().noneMatch(Outcome::waits)
        && first.containsAll(stores.transactions().call(groups::untriedMembers));
  }

  private void groups(Plan plan, GroupPhase phase) {
    List<List<Parcel>> parcels =
        stores.transactions().call(connection -> phase.parcels(connection, pusher));
    List<Outcome> outcomes = new ArrayList<>();
    parcels.forEach(part -> outcomes.addAll(courier.deliver(part)));
    record(plan, outcomes, false);
  }

  private void record(Plan plan, List<Outcome> outcomes, boolean users) {
    if (outcomes.isEmpty()) {
      return;
    }
    Set<String> kept = new HashSet<>(plan.deferred());
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
        case UNTRIED -> {}
      }
      if (outcome.waits()) {
        kept.addAll(outcome.work().marks());
      }
      delivered |= outcome.kind() == Outcome.Kind.PUSHED || outcome.kind() == Outcome.Kind.REMOVED;
      done.addAll(outcome.work().marks());
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
