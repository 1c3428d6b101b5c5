package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.reconcile.FullSync;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.RealmReader.Component;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.keycloak.Config;

/** The endpoints as the realms' components say, and the rows that go with them. */
final class EndpointCatalog {

  /**
   * @param enabled endpoints to deliver to, by id
   * @param gone ids whose component is no longer there
   */
  record Contents(Map<String, Endpoint> enabled, Set<String> gone) {}

  private static final Logger LOG = Logger.getLogger(EndpointCatalog.class);

  private final Stores stores;
  private final String nodeId;
  private final FailureLog failures = new FailureLog();

  /** What this node was last to deliver by, by endpoint; empty at its start. */
  private final Map<String, Basis> known = new HashMap<>();

  private final Set<String> disputed = new HashSet<>();

  EndpointCatalog(Stores stores, String nodeId) {
    this.stores = stores;
    this.nodeId = nodeId;
  }

  Contents read() {
    List<Component> components =
        stores
            .transactions()
            .call(
                c ->
                    stores
                        .realms()
                        .components(
                            c, ScimEndpointProvider.class.getName(), ScimEndpointProvider.ID));
    Set<String> gone = new HashSet<>(stores.transactions().call(stores.endpoints()::ids));
    Map<String, Endpoint> enabled = new HashMap<>();
    for (Component component : components) {
      boolean seen = gone.remove(component.id());
      failures.run(
          component.id(),
          () ->
              endpoint(component, seen)
                  .ifPresent(endpoint -> enabled.put(endpoint.id(), endpoint)));
    }
    // An endpoint that is enabled again starts anew: nothing was marked meanwhile.
    known.keySet().retainAll(enabled.keySet());
    return new Contents(enabled, gone);
  }

  /**
   * Makes the rows of an endpoint fit its configuration. One that is new, or sends something else
   * than before, gets a full sync; one that sends to another address forgets what the former
   * receiver had. Its worker may be running only if the configuration is the same: then the realm
   * was replaced by one with the same ids, and a full sync follows too.
   *
   * <p>An endpoint that this node sees for the first time since its start gets a full sync as well:
   * while the server was down, or ran without the connector, changes were not marked.
   *
   * <p>If nodes read different configurations, each puts its own in force once.
   */
  void prepare(Endpoint endpoint) {
    Basis mine = new Basis(endpoint.target(), endpoint.projection(), Projection.REVISION);
    boolean inForce =
        stores.transactions().changing(endpoint.id(), c -> prepare(c, endpoint, mine));
    known.put(endpoint.id(), mine);
    if (inForce) {
      disputed.remove(endpoint.id());
    } else if (disputed.add(endpoint.id())) {
      LOG.warnf("Endpoint %s: another node reads another configuration of it", endpoint.id());
    }
  }

  /** Whether the configuration is in force now. */
  private boolean prepare(Connection connection, Endpoint endpoint, Basis mine)
      throws SQLException {
    String id = endpoint.id();
    Basis before = stores.endpoints().basis(connection, id).orElse(null);
    Basis last = known.get(id);
    boolean same = before != null && mine.isConfiguredAs(before);
    boolean trusted = before != null && before.projection() != null;
    if (!same && trusted && last != null && mine.isConfiguredAs(last)) {
      if (!disputed.contains(id)) {
        stores.endpoints().dispute(connection, id, nodeId);
      }
      return false;
    }
    if (disputed.contains(id)) {
      stores.endpoints().agree(connection, id, nodeId);
    }
    if (before == null) {
      stores.endpoints().insert(connection, id, endpoint.realmId());
    } else if (!Objects.equals(mine.target(), before.target())) {
      stores.links().forget(connection, id);
    }
    boolean newer = before == null || mine.revision() > before.revision();
    if (!same || newer) {
      int revision = newer ? mine.revision() : before.revision();
      stores
          .endpoints()
          .saveBasis(connection, id, new Basis(mine.target(), mine.projection(), revision));
      new FullSync(stores, endpoint).plan(connection, "CONFIGURED");
    } else if (last == null) {
      new FullSync(stores, endpoint).plan(connection, "STARTED");
    }
    return true;
  }

  /**
   * Another node has ended: whatever it put in force, this node may put its own configuration in
   * force again.
   */
  void nodeEnded() {
    known.keySet().removeAll(disputed);
  }

  /** Asks for a full sync of the endpoint. */
  void requestFullSync(Endpoint endpoint, String cause) {
    stores.transactions().change(endpoint.id(), c -> new FullSync(stores, endpoint).plan(c, cause));
  }

  /**
   * Deletes what is known of an endpoint whose component is gone; the receiver keeps what it has.
   */
  void forget(String id) {
    stores
        .transactions()
        .change(
            id,
            connection -> {
              stores.marks().deleteAll(connection, id);
              stores.links().deleteAll(connection, id);
              stores.endpoints().delete(connection, id);
            });
    LOG.infof("Endpoint %s is gone; what was known of it is deleted", id);
  }

  private Optional<Endpoint> endpoint(Component component, boolean seen) {
    if (component.realmName().equals(Config.getAdminRealm())) {
      return Optional.empty();
    }
    try {
      return Optional.of(
              Endpoint.of(
                  component.id(), component.realmId(), component.name(), component.config()))
          .filter(Endpoint::enabled);
    } catch (InvalidEndpointException malformed) {
      if (seen) {
        stores
            .transactions()
            .change(
                component.id(),
                c ->
                    stores
                        .endpoints()
                        .saveState(
                            c, component.id(), State.PAUSED, malformed.getMessage(), 0, null));
      }
      return Optional.empty();
    }
  }
}
