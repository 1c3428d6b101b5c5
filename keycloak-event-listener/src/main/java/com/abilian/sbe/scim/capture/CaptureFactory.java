package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.Connector;
import com.abilian.sbe.scim.endpoint.LearntHosts;
import com.abilian.sbe.scim.keycloak.KeycloakTransactions;
import org.keycloak.Config;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/** Global: the administrator of a realm cannot switch provisioning off by mistake. */
public final class CaptureFactory implements EventListenerProviderFactory {

  private LearntHosts hosts;

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new UserEvents(
        session,
        () -> Connector.of(session.getKeycloakSessionFactory()).flatMap(Connector::recorder),
        new HostApprovals(session, hosts));
  }

  @Override
  public boolean isGlobal() {
    return true;
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    hosts = new LearntHosts(new KeycloakTransactions(factory));
    // Looked up per event: the connector's own factory may be initialised after this one.
    factory.register(new ModelEvents(() -> Connector.of(factory).flatMap(Connector::recorder)));
  }

  @Override
  public void close() {}

  @Override
  public String getId() {
    return "sbe-scim";
  }
}
