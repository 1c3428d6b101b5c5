package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Turns "everything may differ" into marks: first of who is gone, whose names may be taken again,
 * then of users, then of groups. One page per transaction: the REALM mark is replaced by one that
 * stands where the page ends, so the walk goes on after a restart and live changes overtake it.
 *
 * <p>Of one endpoint one walk is under way at a time, however many are asked for; all that are
 * asked for meanwhile are one more.
 */
final class Walk {

  private static final int PAGE = 1000;

  private final Stores stores;
  private final Endpoint endpoint;

  Walk(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /** Has everything looked at, unless a walk that has not begun will do so. */
  void plan(Connection connection, String cause) throws SQLException {
    boolean planned =
        stores.marks().walks(connection, endpoint.id()).stream()
            .anyMatch(walk -> walk.resourceId().isEmpty());
    if (!planned) {
      stores.marks().insert(connection, List.of(mark(MarkKind.REALM, "", cause)));
    }
  }

  /**
   * The next page of the walk that is furthest, once its turn has come: where its mark is among
   * {@code read}, all that it has marked so far was tried.
   */
  void step(Connection connection, Collection<Mark> read) throws SQLException {
    NavigableMap<String, Mark> walks = new TreeMap<>();
    List<String> done = new ArrayList<>();
    for (Mark walk : stores.marks().walks(connection, endpoint.id())) {
      Mark same = walks.put(walk.resourceId(), walk);
      if (same != null) {
        done.add(same.id());
      }
    }
    if (!walks.isEmpty() && read.contains(walks.lastEntry().getValue())) {
      Mark walk = walks.lastEntry().getValue();
      stores.marks().insert(connection, page(connection, walk.resourceId(), walk.cause()));
      done.add(walk.id());
    }
    stores.marks().delete(connection, done);
  }

  private List<Mark> page(Connection connection, String after, String cause) throws SQLException {
    List<Mark> marks = new ArrayList<>();
    if (after.isEmpty()) {
      marks.addAll(marks(MarkKind.USER, orphans(connection, ResourceType.USER), cause));
      marks.addAll(marks(MarkKind.GROUP, orphans(connection, ResourceType.GROUP), cause));
    }
    List<String> page = stores.realms().userIdsAfter(connection, endpoint.realmId(), after, PAGE);
    marks.addAll(marks(MarkKind.USER, page, cause));
    if (page.size() < PAGE) {
      Collection<String> groups = stores.realms().groups(connection, endpoint.realmId()).ids();
      marks.addAll(marks(MarkKind.GROUP, groups, cause));
    } else {
      marks.add(mark(MarkKind.REALM, page.get(page.size() - 1), cause));
    }
    return marks;
  }

  private List<String> orphans(Connection connection, ResourceType type) throws SQLException {
    return stores.realms().orphans(connection, endpoint.id(), type);
  }

  private List<Mark> marks(MarkKind kind, Collection<String> ids, String cause) {
    return ids.stream().map(id -> mark(kind, id, cause)).toList();
  }

  private Mark mark(MarkKind kind, String id, String cause) {
    return Mark.of(endpoint.realmId(), endpoint.id(), Mark.Priority.WALK, kind, id, null, cause);
  }
}
