package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.LearntHosts;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.component.ComponentModel;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Has the host learnt of every endpoint that an administrator of the administrators' realm saves as
 * enabled, by itself or with a whole realm. An admin event is what tells who it was.
 */
final class HostApprovals {

  private static final Logger LOG = Logger.getLogger(HostApprovals.class);

  private static final String COMPONENTS = "components/";

  private final KeycloakSession session;
  private final LearntHosts hosts;

  HostApprovals(KeycloakSession session, LearntHosts hosts) {
    this.session = session;
    this.hosts = hosts;
  }

  void onEvent(AdminEvent event) {
    try {
      notice(event);
    } catch (RuntimeException | LinkageError failure) {
      LOG.errorf(failure, "An admin event of realm %s could not be read", event.getRealmId());
    }
  }

  private void notice(AdminEvent event) {
    boolean created = event.getOperationType() == OperationType.CREATE;
    boolean saved = created || event.getOperationType() == OperationType.UPDATE;
    String path = event.getResourcePath();
    if (path == null || event.getError() != null) {
      return;
    }
    if (saved && event.getResourceType() == ResourceType.COMPONENT && path.startsWith(COMPONENTS)) {
      RealmModel realm = session.realms().getRealm(event.getRealmId());
      String id = path.substring(COMPONENTS.length());
      approve(event, realm, Stream.ofNullable(realm.getComponent(id)));
    } else if (created && event.getResourceType() == ResourceType.REALM) {
      // A partial import tells of each user and group as if it were a realm.
      RealmModel realm = session.realms().getRealmByName(path);
      if (realm != null) {
        approve(event, realm, realm.getComponentsStream());
      }
    }
  }

  private void approve(AdminEvent event, RealmModel realm, Stream<ComponentModel> saved) {
    if (isByAdministrator(event)) {
      saved
          .filter(c -> ScimEndpointProvider.class.getName().equals(c.getProviderType()))
          .forEach(component -> approve(realm, component));
    }
  }

  private boolean isByAdministrator(AdminEvent event) {
    RealmModel administrators = session.realms().getRealmByName(Config.getAdminRealm());
    return event.getAuthDetails() != null
        && administrators.getId().equals(event.getAuthDetails().getRealmId());
  }

  private void approve(RealmModel realm, ComponentModel component) {
    try {
      Endpoint endpoint =
          Endpoint.of(component.getId(), realm.getId(), component.getName(), component.getConfig());
      if (endpoint.enabled()) {
        hosts.allow(session, endpoint);
      }
    } catch (InvalidEndpointException malformed) {
      // Nothing is sent to it, so that nothing has to be allowed.
    }
  }
}
