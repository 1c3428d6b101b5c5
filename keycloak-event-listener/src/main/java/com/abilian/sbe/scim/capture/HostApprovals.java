package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.LearntHosts;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.endpoint.WebhookConfig;
import com.abilian.sbe.scim.keycloak.EventSink;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Learns the hosts of every endpoint, its receiver's and its webhook's, that an administrator of
 * the administrators' realm saves as enabled, alone or with a whole realm. Only an admin event says
 * who saved it.
 */
public final class HostApprovals implements EventSink {

  private static final Logger LOG = Logger.getLogger(HostApprovals.class);

  private static final String COMPONENTS = "components/";

  private final LearntHosts hosts;

  public HostApprovals(LearntHosts hosts) {
    this.hosts = hosts;
  }

  @Override
  public void onAdmin(KeycloakSession session, AdminAction action) {
    try {
      notice(session, action);
    } catch (RuntimeException | LinkageError failure) {
      LOG.errorf(failure, "An admin event of realm %s could not be read", action.realmId());
    }
  }

  private void notice(KeycloakSession session, AdminAction action) {
    boolean created = action.operation().equals("CREATE");
    boolean saved = created || action.operation().equals("UPDATE");
    String path = action.path();
    if (path == null || action.failed()) {
      return;
    }
    if (saved && "COMPONENT".equals(action.resourceType()) && path.startsWith(COMPONENTS)) {
      RealmModel realm = session.realms().getRealm(action.realmId());
      String id = path.substring(COMPONENTS.length());
      approve(session, action, realm, Stream.ofNullable(realm.getComponent(id)));
    } else if (created && "REALM".equals(action.resourceType())) {
      // A partial import has an event for each user and group, as if it were a realm.
      RealmModel realm = session.realms().getRealmByName(path);
      if (realm != null) {
        approve(session, action, realm, realm.getComponentsStream());
      }
    }
  }

  private void approve(
      KeycloakSession session, AdminAction action, RealmModel realm, Stream<ComponentModel> saved) {
    RealmModel administrators = session.realms().getRealmByName(Config.getAdminRealm());
    if (administrators.getId().equals(action.byRealmId())) {
      saved
          .filter(c -> ScimEndpointProvider.class.getName().equals(c.getProviderType()))
          .forEach(component -> approve(session, realm, component));
    }
  }

  private void approve(KeycloakSession session, RealmModel realm, ComponentModel component) {
    try {
      Endpoint endpoint =
          Endpoint.of(component.getId(), realm.getId(), component.getName(), component.getConfig());
      if (endpoint.enabled()) {
        hosts.allow(session, endpoint, WebhookConfig.of(component.getConfig()).orElse(null));
      }
    } catch (InvalidEndpointException malformed) {
      // Nothing is sent to it, so that nothing has to be allowed.
    }
  }
}
