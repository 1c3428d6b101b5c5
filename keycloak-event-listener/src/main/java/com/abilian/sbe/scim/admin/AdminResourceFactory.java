package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.Connector;
import jakarta.ws.rs.core.Response;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.services.ErrorResponse;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProviderFactory;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** Puts {@link AdminResource} at {@code /admin/realms/{realm}/sbe-scim}. */
public final class AdminResourceFactory
    implements AdminRealmResourceProviderFactory, AdminRealmResourceProvider {

  @Override
  public AdminRealmResourceProvider create(KeycloakSession session) {
    return this;
  }

  @Override
  public Object getResource(
      KeycloakSession session,
      RealmModel realm,
      AdminPermissionEvaluator permissions,
      AdminEventBuilder events) {
    Connector connector =
        Connector.of(session.getKeycloakSessionFactory())
            .orElseThrow(
                () -> ErrorResponse.error(Connector.SWITCHED_OFF, Response.Status.NOT_FOUND));
    return new AdminResource(session, realm, permissions, connector);
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}

  @Override
  public String getId() {
    return Connector.ID;
  }
}
