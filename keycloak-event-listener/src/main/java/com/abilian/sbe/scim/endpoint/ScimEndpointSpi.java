package com.abilian.sbe.scim.endpoint;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/** The components; it has no options of the server, so that it is never switched off. */
public final class ScimEndpointSpi implements Spi {

  @Override
  public boolean isInternal() {
    return false;
  }

  @Override
  public String getName() {
    return "sbe-scim-component";
  }

  @Override
  public Class<? extends Provider> getProviderClass() {
    return ScimEndpointProvider.class;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends ProviderFactory> getProviderFactoryClass() {
    return ScimEndpointProviderFactory.class;
  }
}
