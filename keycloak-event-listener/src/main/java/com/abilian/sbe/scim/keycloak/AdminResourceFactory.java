package com.abilian.sbe.scim.keycloak;

import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProviderFactory;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** Puts resources at {@code /admin/realms/{realm}/sbe-scim}. */
public final class AdminResourceFactory
    implements AdminRealmResourceProviderFactory, AdminRealmResourceProvider {

  /** Makes the JAX-RS resource that answers one request. */
  @FunctionalInterface
  public interface Maker {
    Object resource(
        KeycloakSession session, RealmModel realm, AdminPermissions permissions, AdminLog log);
  }

  static final String SWITCHED_OFF =
      "The SCIM connector is switched off on this server:"
          + " spi-sbe-scim-endpoint--sbe-scim--enabled is false";

  private static final String ID = "sbe-scim";

  private volatile Maker maker;

  /** Empty where the operator has switched the resources off. */
  public static Optional<AdminResourceFactory> of(KeycloakSessionFactory factory) {
    return Optional.ofNullable(
        (AdminResourceFactory) factory.getProviderFactory(AdminRealmResourceProvider.class, ID));
  }

  /** From now on {@code resources} answers; before, and without one, the answer is 404. */
  public void serve(Maker resources) {
    maker = resources;
  }

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
    if (maker == null) {
      throw AdminPermissions.error(SWITCHED_OFF, Response.Status.NOT_FOUND);
    }
    return maker.resource(session, realm, AdminPermissions.of(permissions), AdminLog.of(events));
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}

  @Override
  public String getId() {
    return ID;
  }
}
