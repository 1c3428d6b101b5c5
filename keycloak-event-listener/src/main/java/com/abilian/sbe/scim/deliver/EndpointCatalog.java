package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Component;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final String providerId;
  private final Apart apart = new Apart();

  EndpointCatalog(Stores stores, String providerId) {
    this.stores = stores;
    this.providerId = providerId;
  }

  Contents read() {
    List<Component> components =
        stores
            .transactions()
            .call(
                c ->
                    stores
                        .realms()
                        .components(c, ScimEndpointProvider.class.getName(), providerId));
    Set<String> gone = new HashSet<>(stores.transactions().call(stores.endpoints()::ids));
    Map<String, Endpoint> enabled = new HashMap<>();
    for (Component component : components) {
      boolean seen = gone.remove(component.id());
      apart.run(
          component.id(),
          () ->
              endpoint(component, seen)
                  .ifPresent(endpoint -> enabled.put(endpoint.id(), endpoint)));
    }
    return new Contents(enabled, gone);
  }

  /**
   * Makes what is known of an endpoint fit its configuration: one that is new, or sends something
   * else than before, has everything to look at; one that sends to another place knows nothing of
   * what is there. A worker of it may be running only where its configuration is the same: then the
   * realm was replaced by one with the same ids, and there is everything to look at too.
   */
  void prepare(Endpoint endpoint) {
    Basis basis = new Basis(endpoint.target(), endpoint.projection());
    stores.transactions().run(connection -> prepare(connection, endpoint, basis));
  }

  private void prepare(Connection connection, Endpoint endpoint, Basis basis) throws SQLException {
    Basis before = stores.endpoints().basis(connection, endpoint.id()).orElse(null);
    if (basis.equals(before)) {
      return;
    }
    if (before == null) {
      stores.endpoints().insert(connection, endpoint.id(), endpoint.realmId());
    } else if (!basis.target().equals(before.target())) {
      stores.links().forget(connection, endpoint.id());
    }
    stores.endpoints().saveBasis(connection, endpoint.id(), basis);
    stores.marks().insert(connection, List.of(everything(endpoint, "CONFIGURED")));
  }

  /** Marks everything of the endpoint's realm. */
  void walk(Endpoint endpoint, String cause) {
    stores.transactions().run(c -> stores.marks().insert(c, List.of(everything(endpoint, cause))));
  }

  /** A component that is gone takes what we know with it; the receiver keeps what it has. */
  void forget(String id) {
    stores
        .transactions()
        .run(
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
            .run(
                c ->
                    stores
                        .endpoints()
                        .saveState(
                            c, component.id(), State.PAUSED, malformed.getMessage(), 0, null));
      }
      return Optional.empty();
    }
  }

  private static Mark everything(Endpoint endpoint, String cause) {
    return Mark.of(
        endpoint.realmId(), endpoint.id(), Mark.Priority.WALK, MarkKind.REALM, "", null, cause);
  }
}
