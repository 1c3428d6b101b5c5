package com.abilian.sbe.scim.keycloak;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.connections.jpa.entityprovider.JpaEntityProvider;
import org.keycloak.connections.jpa.entityprovider.JpaEntityProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/** Has Keycloak create and upgrade the connector's tables at start; there are no entities. */
public final class ChangelogFactory implements JpaEntityProviderFactory {

  /** Its first ten letters name Liquibase's bookkeeping table: never change them. */
  private static final String ID = "sbescimconnector";

  @Override
  public JpaEntityProvider create(KeycloakSession session) {
    return new JpaEntityProvider() {
      @Override
      public List<Class<?>> getEntities() {
        return List.of();
      }

      @Override
      public String getChangelogLocation() {
        return "META-INF/sbe-scim-changelog.xml";
      }

      @Override
      public String getFactoryId() {
        return ID;
      }

      @Override
      public void close() {}
    };
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
