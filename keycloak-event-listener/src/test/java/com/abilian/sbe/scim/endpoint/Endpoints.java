package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.UserMapping;
import java.net.URI;

/** Endpoints for tests: enabled, of a realm, with what a test is about. */
public final class Endpoints {

  private Endpoints() {}

  /** One of which nothing is sent anywhere. */
  public static Endpoint of(UserMapping mapping, ProvisioningScope scope) {
    return of("e", "r", mapping, scope);
  }

  public static Endpoint of(
      String id, String realmId, UserMapping mapping, ProvisioningScope scope) {
    return new Endpoint(
        id,
        realmId,
        "name",
        true,
        false,
        URI.create("http://localhost/scim/v2"),
        new Credentials.Minted("i", "a"),
        mapping,
        scope);
  }

  /** The same at another address. */
  public static Endpoint at(URI url, Endpoint endpoint) {
    return new Endpoint(
        endpoint.id(),
        endpoint.realmId(),
        endpoint.name(),
        true,
        endpoint.paused(),
        url,
        endpoint.credentials(),
        endpoint.mapping(),
        endpoint.scope());
  }

  /** The same, paused or not. */
  public static Endpoint paused(boolean paused, Endpoint endpoint) {
    return new Endpoint(
        endpoint.id(),
        endpoint.realmId(),
        endpoint.name(),
        true,
        paused,
        endpoint.url(),
        endpoint.credentials(),
        endpoint.mapping(),
        endpoint.scope());
  }
}
