package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Turns "everything may differ" into marks of users, then of groups. One page per transaction: the
 * REALM mark is replaced by one that stands where the page ends, so the walk goes on after a
 * restart and live changes overtake it.
 */
final class Walk {

  private static final int PAGE = 1000;

  private final Stores stores;

  Walk(Stores stores) {
    this.stores = stores;
  }

  void step(Connection connection, Mark walk) throws SQLException {
    List<String> page =
        stores.realms().userIdsAfter(connection, walk.realmId(), walk.resourceId(), PAGE);
    List<Mark> marks = new ArrayList<>(marks(walk, MarkKind.USER, page));
    if (page.size() < PAGE) {
      marks.addAll(marks(walk, MarkKind.USER, orphans(connection, walk, ResourceType.USER)));
      marks.addAll(marks(walk, MarkKind.GROUP, orphans(connection, walk, ResourceType.GROUP)));
      marks.addAll(
          marks(walk, MarkKind.GROUP, stores.realms().groups(connection, walk.realmId()).ids()));
    } else {
      marks.add(mark(walk, MarkKind.REALM, page.get(page.size() - 1)));
    }
    stores.marks().insert(connection, marks);
    stores.marks().delete(connection, List.of(walk.id()));
  }

  private List<String> orphans(Connection connection, Mark walk, ResourceType type)
      throws SQLException {
    return stores.realms().orphans(connection, walk.endpointId(), type);
  }

  private static List<Mark> marks(Mark walk, MarkKind kind, Collection<String> ids) {
    return ids.stream().map(id -> mark(walk, kind, id)).toList();
  }

  private static Mark mark(Mark walk, MarkKind kind, String id) {
    return Mark.of(
        walk.realmId(), walk.endpointId(), Mark.Priority.WALK, kind, id, null, walk.cause());
  }
}
