package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
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
import java.util.Set;
import java.util.stream.Collectors;

/** Stores what became of deliveries, and deletes the marks that are done by that. */
final class Recorder {

  private final Stores stores;
  private final Endpoint endpoint;
  private final NameConflicts names;
  private final MemberRecorder members;
  private final Valve valve;
  private final ScopeChanges scopes;
  private final Clock clock;

  Recorder(Stores stores, Endpoint endpoint, NameConflicts names, Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.names = names;
    this.members = new MemberRecorder(stores.members(), endpoint.id());
    this.valve = Valve.of(stores, endpoint);
    this.scopes = new ScopeChanges(stores, endpoint);
    this.clock = clock;
  }

  /**
   * @param deferred ids of marks that led to other groups too, which wait
   * @param losses those that went with these deliveries
   */
  void record(List<Outcome> outcomes, Set<String> deferred, Set<Loss.Key> losses) {
    Recording recording = Recording.of(outcomes, deferred);
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
}
