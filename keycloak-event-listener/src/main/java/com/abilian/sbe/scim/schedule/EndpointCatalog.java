package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.endpoint.WebhookConfig;
import com.abilian.sbe.scim.monitor.Alarms;
import com.abilian.sbe.scim.reconcile.FullSync;
import com.abilian.sbe.scim.store.Components.Component;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.Stores;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.keycloak.Config;

/** The endpoints as the realms' components say, and the rows that go with them. */
final class EndpointCatalog {

  /**
   * @param enabled endpoints to deliver to, by id
   * @param disabled ids of those that an administrator has switched off
   * @param gone ids whose component is no longer there
   * @param realms names of the realms of all that are to be delivered to, by id: of those that are
   *     enabled, and of those whose configuration cannot be read
   * @param recipients who is told of alarms, by id
   */
  record Contents(
      Map<String, Endpoint> enabled,
      Set<String> disabled,
      Set<String> gone,
      Map<String, String> realms,
      Map<String, Alarms.Recipient> recipients) {}

  private static final Logger LOG = Logger.getLogger(EndpointCatalog.class);

  private final Stores stores;
  private final FailureLog failures = new FailureLog();

  /** Endpoints that are enabled, and known to this node since its start. */
  private final Set<String> seen = new HashSet<>();

  EndpointCatalog(Stores stores) {
    this.stores = stores;
  }

  Contents read() {
    List<Component> components =
        stores
            .transactions()
            .call(
                c ->
                    stores
                        .components()
                        .all(c, ScimEndpointProvider.class.getName(), ScimEndpointProvider.ID));
    Set<String> gone = new HashSet<>(stores.transactions().call(stores.endpoints()::ids));
    Map<String, Endpoint> enabled = new HashMap<>();
    Set<String> disabled = new HashSet<>();
    Map<String, String> realms = new HashMap<>();
    Map<String, Alarms.Recipient> recipients = new HashMap<>();
    for (Component component : components) {
      boolean seen = gone.remove(component.id());
      failures.run(
          component.id(),
          () -> {
            if (isOfAdministrators(component)) {
              return;
            }
            realms.put(component.id(), component.realmName());
            WebhookConfig.of(component.config())
                .map(address -> new Alarms.Recipient(component.realmName(), address))
                .ifPresent(recipient -> recipients.put(component.id(), recipient));
            endpoint(component, seen)
                .ifPresent(
                    endpoint -> {
                      if (endpoint.enabled()) {
                        enabled.put(endpoint.id(), endpoint);
                      } else {
                        disabled.add(endpoint.id());
                      }
                    });
          });
    }
    for (Component surplus : surplus(components)) {
      enabled.remove(surplus.id());
      disabled.add(surplus.id());
      failures.run(surplus.id(), () -> refuse(surplus));
    }
    // An endpoint that is enabled again starts anew: nothing was marked meanwhile.
    seen.retainAll(enabled.keySet());
    realms.keySet().removeAll(disabled);
    return new Contents(enabled, disabled, gone, realms, recipients);
  }

  /** What a realm has too much: the same ones are not marked for either. */
  private static List<Component> surplus(Collection<Component> components) {
    return components.stream()
        .filter(component -> EndpointConfig.isEnabled(component.config()))
        .collect(Collectors.groupingBy(Component::realmId))
        .values()
        .stream()
        .flatMap(
            ofRealm ->
                ofRealm.stream()
                    .sorted(Comparator.comparing(Component::id))
                    .skip(EndpointConfig.MOST_OF_A_REALM))
        .toList();
  }

  private void refuse(Component surplus) {
    if (isNew(surplus.id())) {
      insert(surplus.id(), surplus.realmId());
    }
    String why = "a realm has at most " + EndpointConfig.MOST_OF_A_REALM + " enabled endpoints";
    stores
        .transactions()
        .run(c -> stores.endpoints().saveState(c, surplus.id(), State.PAUSED, why, 0, null));
  }

  /**
   * Makes the row of an endpoint, where there is none.
   *
   * <p>An endpoint that this node sees for the first time since its start gets a full sync: while
   * the server was down, or ran without the connector, changes were not marked.
   *
   * @return whether it is the first time
   */
  boolean register(Endpoint endpoint) {
    String id = endpoint.id();
    if (seen.contains(id)) {
      return false;
    }
    if (isNew(id)) {
      insert(id, endpoint.realmId());
    } else {
      requestFullSync(endpoint, "STARTED");
    }
    return seen.add(id);
  }

  private void insert(String id, String realmId) {
    try {
      stores.transactions().run(c -> stores.endpoints().insert(c, id, realmId));
    } catch (RuntimeException failure) {
      // Another node was first.
      if (isNew(id)) {
        throw failure;
      }
    }
  }

  private boolean isNew(String id) {
    return stores.transactions().call(c -> stores.endpoints().find(c, id)).isEmpty();
  }

  /** Asks for a full sync of the endpoint. */
  void requestFullSync(Endpoint endpoint, String cause) {
    stores.transactions().run(c -> new FullSync(stores, endpoint).plan(c, cause));
  }

  /**
   * Deletes what waits for an endpoint that is disabled. Once it is enabled again, everything is
   * looked at.
   */
  void deleteMarks(String id) {
    stores.transactions().run(c -> stores.marks().deleteAll(c, id));
  }

  /**
   * Deletes what is known of an endpoint whose component is gone; the receiver keeps what it has.
   */
  void forget(String id) {
    stores
        .transactions()
        .run(
            connection -> {
              stores.marks().deleteAll(connection, id);
              stores.links().deleteAll(connection, id);
              stores.members().deleteAll(connection, id);
              stores.runs().deleteAll(connection, id);
              stores.losses().deleteAll(connection, id);
              stores.alarms().deleteAll(connection, id);
              stores.endpoints().delete(connection, id);
            });
    LOG.infof("Endpoint %s is gone; what was known of it is deleted", id);
  }

  private static boolean isOfAdministrators(Component component) {
    return component.realmName().equals(Config.getAdminRealm());
  }

  private Optional<Endpoint> endpoint(Component component, boolean seen) {
    try {
      return Optional.of(
          Endpoint.of(component.id(), component.realmId(), component.name(), component.config()));
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
}
