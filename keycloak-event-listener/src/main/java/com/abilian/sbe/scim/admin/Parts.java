package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.client.CachedToken;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.TargetRules;
import com.abilian.sbe.scim.store.SessionTransactions;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;

/**
 * What the resources need of the connector.
 *
 * @param version of the connector
 * @param targets where endpoints may point, as a session's transaction sees it
 * @param guard asks directories for people
 */
public record Parts(
    String version,
    SessionTransactions transactions,
    ScimTransport transport,
    Tokens tokens,
    Function<KeycloakSession, TargetRules> targets,
    Guard guard) {

  /** Tokens for an endpoint, made within a session whose realm is the endpoint's. */
  @FunctionalInterface
  public interface Tokens {
    /**
     * @param transport for asking a token endpoint
     */
    CachedToken.Issued issue(KeycloakSession session, Endpoint endpoint, ScimTransport transport)
        throws EndpointFault;
  }
}
