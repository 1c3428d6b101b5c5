package com.abilian.sbe.scim.endpoint;

import org.keycloak.provider.Provider;

/**
 * One receiver of one realm, made from its component; the name is the component's provider type.
 */
public interface ScimEndpointProvider extends Provider {

  /** The id of the components' provider, and of the connector. */
  String ID = "sbe-scim";

  Endpoint endpoint();

  @Override
  default void close() {}
}
