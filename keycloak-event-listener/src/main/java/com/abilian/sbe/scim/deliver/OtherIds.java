package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.store.LossStore.Judged;
import com.abilian.sbe.scim.store.LossStore.State;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * People whose user name the receiver has under another id, of somebody whom Keycloak no longer has
 * and whose loss is held: most likely they are the same person. Nothing is sent of them until
 * somebody has decided about the loss.
 */
final class OtherIds {

  private final Stores stores;
  private final Endpoint endpoint;

  OtherIds(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /** Those who were never sent, and are to be looked for first since losses are held. */
  Set<String> suspects(Connection connection, Collection<String> ids, Set<String> linked)
      throws SQLException {
    Set<String> found = new HashSet<>(ids);
    found.removeAll(linked);
    boolean holds =
        !found.isEmpty()
            && (stores.losses().holds(connection, endpoint.id(), false)
                || stores.losses().holds(connection, endpoint.id(), true));
    return holds ? found : new HashSet<>();
  }

  /** Stores who waits for somebody whose loss is held; answers who that is. */
  Set<String> settle(
      Connection connection, Map<String, Subject> subjects, Map<String, Decision> decisions)
      throws SQLException {
    Map<String, String> holders = new HashMap<>();
    subjects.forEach(
        (id, subject) -> {
          boolean looked = subject.look() != null && subject.look().holder() != null;
          if (looked && decisions.get(id) == Decision.SEND && subject.known().remoteId() == null) {
            holders.put(id, subject.look().holder());
          }
        });
    Set<String> held = held(connection, Set.copyOf(holders.values()));
    holders.values().retainAll(held);
    stores
        .links()
        .save(
            connection,
            endpoint.id(),
            holders.keySet().stream()
                .map(subjects::get)
                .map(one -> one.before().waitingForName(one.task().waitsSince(one.now())))
                .toList());
    for (Map.Entry<String, String> one : holders.entrySet()) {
      stores
          .retries()
          .block(connection, endpoint.id(), ResourceType.USER, one.getKey(), one.getValue());
    }
    stores.losses().because(connection, endpoint.id(), keys(held), LossCause.OTHER_ID);
    return holders.keySet();
  }

  /** Those of these whose removal is held and whom Keycloak does not have. */
  private Set<String> held(Connection connection, Set<String> ids) throws SQLException {
    if (ids.isEmpty()) {
      return Set.of();
    }
    Set<String> found =
        stores.losses().of(connection, endpoint.id(), ResourceType.USER, ids).values().stream()
            .filter(one -> one.state() == State.HELD)
            .map(Judged::loss)
            .filter(loss -> !loss.key().isMembership())
            .map(loss -> loss.key().id())
            .collect(Collectors.toSet());
    found.removeAll(
        stores.realms().users(connection, endpoint.realmId(), found, UserNeeds.NONE).keySet());
    return found;
  }

  private static Set<Loss.Key> keys(Set<String> ids) {
    return ids.stream().map(id -> Loss.Key.of(ResourceType.USER, id)).collect(Collectors.toSet());
  }
}
