package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.Loss.Key;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/** Has what was to be lost looked at again, as Keycloak has it by then. */
record LossMarks(Stores stores, String realmId, String endpointId) {

  void insert(Connection connection, Collection<Loss> losses) throws SQLException {
    stores.marks().insert(connection, losses.stream().map(this::mark).toList());
  }

  private Mark mark(Loss loss) {
    Key key = loss.key();
    MarkKind kind = key.type() == ResourceType.USER ? MarkKind.USER : MarkKind.GROUP;
    return Mark.of(
        realmId,
        endpointId,
        Mark.Priority.LIVE,
        key.isMembership() ? MarkKind.MEMBER : kind,
        key.isMembership() ? key.groupId() : key.id(),
        key.isMembership() ? key.id() : null,
        loss.cause().name());
  }
}
