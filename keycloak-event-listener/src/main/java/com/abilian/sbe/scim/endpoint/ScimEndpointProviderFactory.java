package com.abilian.sbe.scim.endpoint;

import org.keycloak.component.ComponentFactory;

/** Makes endpoints from components and validates their configuration. */
public interface ScimEndpointProviderFactory
    extends ComponentFactory<ScimEndpointProvider, ScimEndpointProvider> {}
