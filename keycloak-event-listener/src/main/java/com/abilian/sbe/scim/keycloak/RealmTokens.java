package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.client.CachedToken.Issued;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.endpoint.BearerToken;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.StoredTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.keycloak.crypto.Algorithm;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.jose.jws.JWSBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.vault.VaultStringSecret;

/**
 * Tokens that the realm itself vouches for: a JWT (RFC 9068) signed with its active key, or the
 * fixed token that the configuration refers to, from the vault or from our own table.
 */
public final class RealmTokens {

  private static final String CLIENT = "sbe-scim";

  /**
   * The claim {@code typ}: by it the receiver knows these tokens from those that the realm gives to
   * its clients, in which no mapper can set it.
   */
  private static final String TYPE = "sbe-scim";

  private static final String SCOPE = "scim";

  private static final Duration LIFE = Duration.ofSeconds(300);

  private final KeycloakSessionFactory factory;
  private final StoredTokens stored;

  public RealmTokens(KeycloakSessionFactory factory, StoredTokens stored) {
    this.factory = factory;
    this.stored = stored;
  }

  /** Issues from a background thread. */
  public Issued issue(Endpoint endpoint) throws EndpointFault {
    try {
      return KeycloakModelUtils.runJobInTransactionWithResult(
          factory,
          session -> {
            RealmModel realm = session.realms().getRealm(endpoint.realmId());
            session.getContext().setRealm(realm);
            return issue(session, endpoint);
          });
    } catch (RuntimeException failure) {
      throw fault(failure);
    }
  }

  /** Issues within a session whose realm is the endpoint's. */
  public Issued issueWithin(KeycloakSession session, Endpoint endpoint) throws EndpointFault {
    try {
      return issue(session, endpoint);
    } catch (RuntimeException failure) {
      throw fault(failure);
    }
  }

  private Issued issue(KeycloakSession session, Endpoint endpoint) {
    Instant now = Instant.now();
    Instant expires = now.plus(LIFE);
    return new Issued(
        endpoint.auth() == Endpoint.Auth.JWT
            ? minted(session, endpoint, now, expires)
            : fixed(session, endpoint),
        expires);
  }

  private static String minted(
      KeycloakSession session, Endpoint endpoint, Instant now, Instant expires) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("typ", TYPE);
    claims.put("iss", endpoint.issuer());
    claims.put("sub", CLIENT);
    claims.put("azp", CLIENT);
    claims.put("client_id", CLIENT);
    claims.put("aud", endpoint.audience());
    claims.put("scope", SCOPE);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", expires.getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    return new JWSBuilder()
        .type("at+jwt")
        .jsonContent(claims)
        .sign(session.getProvider(SignatureProvider.class, Algorithm.RS256).signer());
  }

  private String fixed(KeycloakSession session, Endpoint endpoint) {
    String configured = endpoint.bearerToken();
    String token =
        BearerToken.isVaultExpression(configured)
            ? secret(session, configured)
            : stored(session, endpoint);
    // Told here: the HTTP client would quote the header, and with it the secret.
    if (!BearerToken.isLiteral(token)) {
      throw new IllegalStateException("bearerToken has characters that no token may have");
    }
    return token;
  }

  private String stored(KeycloakSession session, Endpoint endpoint) {
    return stored
        .find(session, endpoint)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "give bearerToken again: none is kept that was given with this url"));
  }

  private static String secret(KeycloakSession session, String expression) {
    try (VaultStringSecret secret = session.vault().getStringSecret(expression)) {
      return secret
          .get()
          .map(String::strip)
          .orElseThrow(() -> new IllegalStateException("the vault does not hold " + expression));
    }
  }

  private static EndpointFault fault(RuntimeException failure) {
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return new EndpointFault(true, "no token could be made: " + reason, null);
  }
}
