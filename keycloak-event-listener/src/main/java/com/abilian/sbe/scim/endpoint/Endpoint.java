package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Fingerprint;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * One receiver of one realm.
 *
 * @param id the component's id
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
    URI url,
    String issuer,
    String audience,
    Auth auth,
    String bearerToken,
    AttributeMapping mapping) {

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

  /** SHA-256, hex, of where resources are sent. */
  public String target() {
    return Fingerprint.of(url.toString());
  }

  /** SHA-256, hex, of how this configuration has resources made. */
  public String projection() {
    return mapping.hash();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "Endpoint[id=" + id + ", realmId=" + realmId + ", url=" + url + "]";
  }
}
