package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.endpoint.WebhookConfig;
import com.abilian.sbe.scim.monitor.Alarms;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.reconcile.FullSync;
import com.abilian.sbe.scim.store.Components.Component;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
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

  /** A change of configuration is seen by all nodes before so many looks. */
  private static final int LOOKS = 3;

  private final Stores stores;
  private final String nodeId;
  private final FailureLog failures = new FailureLog();

  /** Endpoints that are enabled, and known to this node since its start. */
  private final Set<String> seen = new HashSet<>();

  /** How often in a row another configuration was in force than this node reads, by endpoint. */
  private final Map<String, Integer> unlike = new HashMap<>();

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

  /**
   * Puts the configuration of an endpoint in force, to which this node delivers. One that is new,
   * or sends something else than before, gets a full sync; one that sends to another address
   * forgets what the former receiver had. Its worker may be running only if the configuration is
   * the same: then the realm was replaced by one with the same ids, and a full sync follows too.
   *
   * @param fenced the holder's transactions
   */
  void prepare(Endpoint endpoint, Transactions fenced) {
    String id = endpoint.id();
    Basis before = stores.transactions().call(c -> stores.endpoints().basis(c, id)).orElse(null);
    if (before == null || isOther(basis(endpoint), before)) {
      fenced.change(id, connection -> prepare(connection, endpoint));
    }
    unlike.remove(id);
  }

  private static boolean isOther(Basis mine, Basis before) {
    return !mine.isConfiguredAs(before) || mine.revision() > before.revision();
  }

  private void prepare(Connection connection, Endpoint endpoint) throws SQLException {
    String id = endpoint.id();
    Basis mine = basis(endpoint);
    Basis before = stores.endpoints().basis(connection, id).orElseThrow();
    if (before.target() != null && !mine.target().equals(before.target())) {
      stores.links().forget(connection, id);
      stores.members().deleteAll(connection, id);
      stores.losses().deleteAll(connection, id);
      stores.endpoints().forgetStanding(connection, id);
    }
    if (isOther(mine, before)) {
      int revision = Math.max(mine.revision(), before.revision());
      stores
          .endpoints()
          .saveBasis(connection, id, new Basis(mine.target(), mine.projection(), revision));
      new FullSync(stores, endpoint).plan(connection, "CONFIGURED");
    }
  }

  /**
   * Compares the configuration of an endpoint with the one in force, where another node delivers.
   * That they differ shows in the status once the other had the time to see a change.
   */
  void observe(Endpoint endpoint) {
    String id = endpoint.id();
    Basis inForce = stores.transactions().call(c -> stores.endpoints().basis(c, id)).orElse(null);
    if (inForce == null
        || inForce.projection() == null
        || basis(endpoint).isConfiguredAs(inForce)) {
      if (unlike.remove(id) != null) {
        stores.transactions().run(c -> stores.endpoints().agree(c, id, nodeId));
      }
      return;
    }
    if (unlike.merge(id, 1, Integer::sum) == LOOKS) {
      stores.transactions().run(c -> stores.endpoints().dispute(c, id, nodeId));
      LOG.warnf("Endpoint %s: the node that delivers reads another configuration of it", id);
    }
  }

  private static Basis basis(Endpoint endpoint) {
    return new Basis(endpoint.target(), endpoint.projection(), Projection.REVISION);
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
