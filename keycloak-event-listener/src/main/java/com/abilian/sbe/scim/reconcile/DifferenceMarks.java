package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Marks what differs, so that it is delivered as any change is. */
final class DifferenceMarks {

  private final Stores stores;
  private final Endpoint endpoint;

  DifferenceMarks(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /**
   * Without those that wait already. While a full sync is under way, or much waits, it is only told
   * who loses access: all others will be looked at anyway.
   */
  List<Difference> worthTelling(Connection connection, List<Difference> found) throws SQLException {
    if (found.isEmpty()) {
      return found;
    }
    boolean busy =
        !stores.marks().fullSyncs(connection, endpoint.id()).isEmpty()
            || stores.marks().backlog(connection, endpoint.id()).count() > Pace.PAGE;
    Set<String> waiting = stores.marks().waiting(connection, endpoint.id(), resources(found));
    Set<Membership> joining = waitingMembers(connection, found);
    return found.stream()
        .filter(difference -> difference.ends() || !busy)
        .filter(difference -> !waiting.contains(difference.resourceId()))
        .filter(difference -> !joining.contains(difference.membership()))
        .toList();
  }

  private Set<Membership> waitingMembers(Connection connection, List<Difference> found)
      throws SQLException {
    List<Membership> memberships =
        found.stream().map(Difference::membership).filter(Objects::nonNull).toList();
    return stores.marks().waitingMembers(connection, endpoint.id(), memberships);
  }

  private static Set<String> resources(List<Difference> found) {
    return found.stream().map(Difference::resourceId).collect(Collectors.toSet());
  }

  /** False where there was nothing to mark. */
  boolean write(List<Difference> differences) {
    List<Mark> marks =
        differences.stream()
            .map(difference -> difference.mark(endpoint.realmId(), endpoint.id()))
            .toList();
    if (!marks.isEmpty()) {
      stores.transactions().change(endpoint.id(), c -> stores.marks().insert(c, marks));
    }
    return !marks.isEmpty();
  }
}
