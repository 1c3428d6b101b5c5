package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.reconcile.MemberDifferences;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What follows for groups where people come into scope or leave it: no change of a membership tells
 * of that.
 */
final class ScopeChanges {

  private final Stores stores;
  private final Endpoint endpoint;
  private final MemberDifferences differences;

  ScopeChanges(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.differences = new MemberDifferences(stores, endpoint);
  }

  /**
   * Marks of the memberships that are not at the receiver as they should be, of those who were
   * sent. To be called in the transaction that stores the outcomes, once their links are stored.
   */
  List<Mark> memberships(Connection connection, List<Outcome> outcomes) throws SQLException {
    Map<String, Link> people = new HashMap<>();
    for (Outcome outcome : outcomes) {
      if (isSent(outcome)) {
        people.put(outcome.after().resourceId(), outcome.after());
      }
    }
    if (people.isEmpty() || endpoint.scope().holdsEverybody()) {
      return List.of();
    }
    List<Mark> marks =
        differences.of(connection, people.keySet(), people).stream()
            .map(difference -> difference.mark(endpoint.realmId(), endpoint.id()))
            .toList();
    List<Membership> found = marks.stream().map(ScopeChanges::membership).toList();
    Set<Membership> waiting = stores.marks().waitingMembers(connection, endpoint.id(), found);
    return marks.stream().filter(mark -> !waiting.contains(membership(mark))).toList();
  }

  private static boolean isSent(Outcome outcome) {
    return outcome.kind() == Outcome.Kind.PUSHED
        && outcome.before().type() == ResourceType.USER
        && !Objects.equals(outcome.before().pushed(), outcome.after().pushed());
  }

  private static Membership membership(Mark mark) {
    return new Membership(mark.resourceId(), mark.memberId());
  }
}
