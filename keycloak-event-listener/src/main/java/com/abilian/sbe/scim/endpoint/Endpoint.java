package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.project.Fingerprint;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.project.UserNeeds;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * One receiver of one realm.
 *
 * @param id the component's id
 * @param paused whether nothing is sent until somebody says so: changes are marked, and the
 *     receiver is asked what it has
 * @param url SCIM base URL without a slash at the end
 * @param issuer claim {@code iss} of minted tokens; null where {@code auth} is BEARER
 * @param bearerToken a vault expression or a reference (see {@link BearerToken}), in a check the
 *     token itself; null where {@code auth} is JWT
 */
public record Endpoint(
    String id,
    String realmId,
    String name,
    boolean enabled,
    boolean paused,
    URI url,
    String issuer,
    String audience,
    Auth auth,
    String bearerToken,
    UserMapping mapping,
    ProvisioningScope scope) {

  public enum Auth {
    JWT,
    BEARER
  }

  /**
   * Reads a component's configuration.
   *
   * @throws InvalidEndpointException where a value is malformed
   */
  public static Endpoint of(
      String id, String realmId, String name, Map<String, List<String>> config)
      throws InvalidEndpointException {
    return new EndpointConfig(config).endpoint(id, realmId, name);
  }

  /** The same at another address, as rules about addresses see it. */
  public Endpoint at(URI address) {
    return new Endpoint(
        id,
        realmId,
        name,
        enabled,
        paused,
        address,
        issuer,
        audience,
        auth,
        bearerToken,
        mapping,
        scope);
  }

  /** SHA-256, hex, of where resources are sent. */
  public String target() {
    return Fingerprint.of(url.toString());
  }

  /** SHA-256, hex, of how this configuration has resources made. */
  public String projection() {
    return scope.equals(ProvisioningScope.ALL)
        ? mapping.hash()
        : Fingerprint.of(List.of(mapping.hash(), scope.hash()));
  }

  /** What has to be read of a user. */
  public UserNeeds needs() {
    return mapping.needs().and(scope.needs());
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "Endpoint[id=" + id + ", realmId=" + realmId + ", url=" + url + "]";
  }
}
