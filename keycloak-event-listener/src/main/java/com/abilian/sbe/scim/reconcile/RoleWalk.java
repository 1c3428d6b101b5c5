package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Turns "anybody may have other roles" into marks of those who are not as they were sent, by the
 * database alone: a role contains another one, has another name or is gone, a group gives one or
 * has moved. One page of people per transaction: the ROLES mark is replaced by one for the place
 * where the page ends.
 *
 * <p>An endpoint has one such walk under way at a time; all that are asked for meanwhile become one
 * more.
 */
public final class RoleWalk {

  private static final String CAUSE = "ROLES";

  private final Stores stores;
  private final Endpoint endpoint;
  private final LocalWalk<Difference> walk;

  public RoleWalk(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.walk = new LocalWalk<>(stores, endpoint, Difference.JUDGE);
  }

  /**
   * Marks those of the next page of the walk that has come furthest, once its mark is among {@code
   * read}: by then all that it marked before was attempted.
   */
  public void step(Connection connection, Collection<Mark> read) throws SQLException {
    NavigableMap<String, Mark> walks = new TreeMap<>();
    List<String> done = new ArrayList<>();
    for (Mark one : stores.marks().roles(connection, endpoint.id())) {
      Mark same = walks.put(one.resourceId(), one);
      if (same != null) {
        done.add(same.id());
      }
    }
    if (!walks.isEmpty() && read.contains(walks.lastEntry().getValue())) {
      Mark furthest = walks.lastEntry().getValue();
      stores.marks().insert(connection, page(connection, furthest.resourceId()));
      done.add(furthest.id());
    }
    stores.marks().delete(connection, done);
  }

  private List<Mark> page(Connection connection, String after) throws SQLException {
    List<Mark> marks = new ArrayList<>();
    if (endpoint.needs().roles().isEmpty()) {
      return marks;
    }
    List<String> ids =
        stores.realms().userIdsAfter(connection, endpoint.realmId(), after, Pace.PAGE);
    walk.people(connection, ids).stream()
        .filter(this::isNews)
        .forEach(difference -> marks.add(mark(MarkKind.USER, difference.resourceId())));
    if (ids.size() == Pace.PAGE) {
      marks.add(mark(MarkKind.ROLES, ids.get(ids.size() - 1)));
    }
    return marks;
  }

  /**
   * Who was never sent, or is refused or in doubt, is looked at for that anyway; but a role may
   * bring somebody into scope.
   */
  private boolean isNews(Difference difference) {
    boolean comes = !endpoint.scope().roles().isEmpty() && difference.lastOkAt() == null;
    return (difference.pushed() != null || comes) && !difference.isRemoval();
  }

  private Mark mark(MarkKind kind, String id) {
    return Mark.of(
        endpoint.realmId(), endpoint.id(), Mark.Priority.FULL_SYNC, kind, id, null, CAUSE);
  }
}
