package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.Run.Item;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run does about those whom Keycloak does not have: the safety valve judges them all at
 * once, and who passes is removed as everybody is. One whom nobody knows here gets a link first, by
 * which the receiver is asked for them once more.
 */
final class Removals {

  private final Stores stores;
  private final Endpoint endpoint;
  private final Residents residents;
  private final Valve valve;

  Removals(Stores stores, Endpoint endpoint, Residents residents) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.residents = residents;
    this.valve = Valve.of(stores, endpoint);
  }

  /** Marks what may be removed; answers the run with how many are held. */
  Run settle(Connection connection, Run run, long now) throws SQLException {
    List<Item> gone = new ArrayList<>();
    List<Loss> losses = new ArrayList<>();
    List<Link> strangers = new ArrayList<>();
    Map<ResourceType, List<Item>> found =
        stores.runs().items(connection, run.id()).stream()
            .filter(item -> item.action() == Action.DELETE)
            .collect(Collectors.groupingBy(Item::type));
    for (Map.Entry<ResourceType, List<Item>> some : found.entrySet()) {
      ResourceType type = some.getKey();
      Set<String> ids = some.getValue().stream().map(Item::resourceId).collect(Collectors.toSet());
      Set<String> come = residents.among(connection, type, ids);
      Set<String> linked = stores.links().find(connection, endpoint.id(), type, ids).keySet();
      for (Item item : some.getValue()) {
        String id = item.resourceId();
        if (!ids.remove(id)) {
          continue;
        }
        gone.add(item);
        if (!come.contains(id)) {
          boolean stranger = !linked.contains(id);
          if (stranger) {
            strangers.add(Link.creating(type, id));
          }
          LossCause cause = stranger ? LossCause.ORPHAN : LossCause.COMPARED;
          losses.add(new Loss(Loss.Key.of(type, id), cause, now));
        }
      }
    }
    if (run.dryRun()) {
      return run.holding(valve.wouldHold(connection, losses));
    }
    Set<Loss.Key> held = new HashSet<>(valve.held(connection, losses, now));
    stores.links().save(connection, endpoint.id(), strangers);
    new Ledger(stores, endpoint)
        .mark(
            connection,
            gone.stream()
                .filter(item -> !held.contains(Loss.Key.of(item.type(), item.resourceId())))
                .toList());
    return run.holding(held.size());
  }
}
