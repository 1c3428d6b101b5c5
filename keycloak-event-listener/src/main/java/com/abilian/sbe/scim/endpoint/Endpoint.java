package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.endpoint.Credentials.TokenEndpoint;
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
 * @param id the component's id; null where it is not saved
 * @param paused whether nothing is sent until somebody says so: changes are marked, and the
 *     receiver is asked what it has
 * @param url SCIM base URL without a slash at the end
 */
public record Endpoint(
    String id,
    String realmId,
    String name,
    boolean enabled,
    boolean paused,
    URI url,
    Credentials credentials,
    UserMapping mapping,
    ProvisioningScope scope) {

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

  /** The same at another address, and with no other, as rules about addresses see it. */
  public Endpoint at(URI address) {
    return new Endpoint(
        id,
        realmId,
        name,
        enabled,
        paused,
        address,
        new Credentials.Minted(null, null),
        mapping,
        scope);
  }

  /** SHA-256, hex, of where resources are sent. */
  public String target() {
    return Fingerprint.of(url.toString());
  }

  /** SHA-256, hex, of where its secret is sent, and what is got for it. */
  String secretTarget() {
    TokenEndpoint tokens = credentials.tokenEndpoint();
    return tokens == null
        ? target()
        : Fingerprint.of(List.of(url.toString(), tokens.url().toString(), tokens.clientId()));
  }

  /** Where requests are sent to: the receiver first. */
  public List<URI> addresses() {
    TokenEndpoint tokens = credentials.tokenEndpoint();
    return tokens == null ? List.of(url) : List.of(url, tokens.url());
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
