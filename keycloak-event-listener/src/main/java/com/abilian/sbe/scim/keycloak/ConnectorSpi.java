package com.abilian.sbe.scim.keycloak;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.ServerInfoAwareProviderFactory;
import org.keycloak.provider.Spi;

/**
 * The part that runs, apart from the components: Keycloak forgets a factory that is switched off,
 * and could then neither mask a component's secrets nor export its realm. Options of the server are
 * {@code spi-sbe-scim-endpoint--sbe-scim--…}.
 */
public final class ConnectorSpi implements Spi {

  /** Nobody asks for one: the factory is what runs. */
  public interface Running extends Provider {}

  /** There is one, the connector; none where it is switched off. */
  public interface Factory extends ProviderFactory<Running>, ServerInfoAwareProviderFactory {}

  @Override
  public boolean isInternal() {
    return false;
  }

  @Override
  public String getName() {
    return "sbe-scim-endpoint";
  }

  @Override
  public Class<? extends Provider> getProviderClass() {
    return Running.class;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends ProviderFactory> getProviderFactoryClass() {
    return Factory.class;
  }
}
