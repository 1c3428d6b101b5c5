package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.Run.Item;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Enters what a step of a run has found: counted, told, and marked unless it is a dry run. */
final class Ledger {

  private static final String CAUSE = "RECONCILED";

  /** So many resources are told one by one for each action. */
  private static final int TOLD = 200;

  private final Stores stores;
  private final Endpoint endpoint;

  Ledger(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /**
   * Stores the run with what it found in the step before.
   *
   * @param run as it goes on
   */
  void enter(Connection connection, Run run, List<Finding> found) throws SQLException {
    Run counted = run;
    List<Item> told = new ArrayList<>();
    for (Map.Entry<Action, List<Item>> entry : byAction(found).entrySet()) {
      int before = counted.count(entry.getKey());
      List<Item> items = entry.getValue();
      // All that are to be removed have to be known at the end.
      int room = entry.getKey() == Action.DELETE ? items.size() : Math.max(0, TOLD - before);
      told.addAll(items.subList(0, Math.min(items.size(), room)));
      counted = counted.and(entry.getKey(), items.size());
    }
    stores.runs().insertItems(connection, run, told);
    stores.runs().save(connection, counted);
    if (!run.dryRun()) {
      apply(connection, found);
    }
  }

  private static Map<Action, List<Item>> byAction(List<Finding> found) {
    return found.stream().map(Finding::item).collect(Collectors.groupingBy(Item::action));
  }

  private void apply(Connection connection, List<Finding> found) throws SQLException {
    stores
        .links()
        .save(
            connection,
            endpoint.id(),
            found.stream().map(Finding::distrusted).filter(Objects::nonNull).toList());
    mark(
        connection,
        found.stream()
            .map(Finding::item)
            .filter(item -> item.action() != Action.DELETE && item.action() != Action.REPORT)
            .toList());
  }

  /** Has these delivered as Keycloak has them then. */
  void mark(Connection connection, Collection<Item> items) throws SQLException {
    stores
        .marks()
        .insert(
            connection, items.stream().map(item -> mark(item.type(), item.resourceId())).toList());
  }

  void markGroups(Connection connection) throws SQLException {
    stores
        .marks()
        .insert(
            connection,
            stores.realms().groups(connection, endpoint.realmId()).ids().stream()
                .map(id -> mark(ResourceType.GROUP, id))
                .toList());
  }

  private Mark mark(ResourceType type, String id) {
    MarkKind kind = type == ResourceType.USER ? MarkKind.USER : MarkKind.GROUP;
    return Mark.of(
        endpoint.realmId(), endpoint.id(), Mark.Priority.FULL_SYNC, kind, id, null, CAUSE);
  }
}
