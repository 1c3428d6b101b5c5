package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.client.CachedToken;
import com.abilian.sbe.scim.client.CachedToken.Issued;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenRequest;
import com.abilian.sbe.scim.endpoint.Credentials;
import com.abilian.sbe.scim.endpoint.Credentials.TokenEndpoint;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.SecretValue;
import com.abilian.sbe.scim.endpoint.StoredSecrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.keycloak.crypto.Algorithm;
import org.keycloak.crypto.KeyUse;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.vault.VaultStringSecret;

/**
 * Tokens for the receivers of a realm: a JWT (RFC 9068) signed with its active key; the fixed token
 * that the configuration refers to; or what a token endpoint gives for a client's secret, or for an
 * assertion that the realm signs. Secrets are in the vault, or in our own table.
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

  /** Of an assertion: it is sent at once, and once. */
  private static final Duration ASSERTION_LIFE = Duration.ofSeconds(60);

  private final KeycloakSessionFactory factory;
  private final StoredSecrets stored;
  private final Clock clock = Clock.systemUTC();

  public RealmTokens(KeycloakSessionFactory factory, StoredSecrets stored) {
    this.factory = factory;
    this.stored = stored;
  }

  /** Issues from a background thread; no transaction is open while a token endpoint is asked. */
  public Issued issue(Endpoint endpoint, ScimTransport transport) throws EndpointFault {
    CachedToken.Issuer prepared;
    try {
      prepared =
          KeycloakModelUtils.runJobInTransactionWithResult(
              factory,
              session -> {
                RealmModel realm = session.realms().getRealm(endpoint.realmId());
                session.getContext().setRealm(realm);
                return prepared(session, endpoint, transport);
              });
    } catch (RuntimeException failure) {
      throw fault(failure);
    }
    return prepared.issue();
  }

  /** Issues within a session whose realm is the endpoint's. */
  public Issued issueWithin(KeycloakSession session, Endpoint endpoint, ScimTransport transport)
      throws EndpointFault {
    CachedToken.Issuer prepared;
    try {
      prepared = prepared(session, endpoint, transport);
    } catch (RuntimeException failure) {
      throw fault(failure);
    }
    return prepared.issue();
  }

  /** With all that is needed of the realm: what is left to do needs no session. */
  private CachedToken.Issuer prepared(
      KeycloakSession session, Endpoint endpoint, ScimTransport transport) {
    Credentials credentials = endpoint.credentials();
    if (credentials.tokenEndpoint() != null) {
      TokenRequest request = request(session, endpoint);
      return () -> request.send(transport, clock);
    }
    Instant now = clock.instant();
    Instant expires = now.plus(LIFE);
    Issued issued =
        new Issued(
            credentials instanceof Credentials.Minted minted
                ? minted(session, minted, now, expires)
                : fixed(session, endpoint),
            expires);
    return () -> issued;
  }

  private TokenRequest request(KeycloakSession session, Endpoint endpoint) {
    TokenEndpoint at = endpoint.credentials().tokenEndpoint();
    return endpoint.credentials() instanceof Credentials.PrivateKey key
        ? TokenRequest.byAssertion(
            at.url(), at.clientId(), assertion(session, at, key.audience()), at.scope())
        : TokenRequest.bySecret(
            at.url(), at.clientId(), clientSecret(session, endpoint), at.scope());
  }

  /** RFC 7523 §3. */
  private String assertion(KeycloakSession session, TokenEndpoint at, String audience) {
    Instant now = clock.instant();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", at.clientId());
    claims.put("sub", at.clientId());
    claims.put("aud", audience);
    return signed(session, "JWT", claims, now, now.plus(ASSERTION_LIFE));
  }

  private static String minted(
      KeycloakSession session, Credentials.Minted minted, Instant now, Instant expires) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("typ", TYPE);
    claims.put("iss", minted.issuer());
    claims.put("sub", CLIENT);
    claims.put("azp", CLIENT);
    claims.put("client_id", CLIENT);
    claims.put("aud", minted.audience());
    claims.put("scope", SCOPE);
    return signed(session, "at+jwt", claims, now, expires);
  }

  private static String signed(
      KeycloakSession session,
      String type,
      Map<String, Object> claims,
      Instant now,
      Instant expires) {
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", expires.getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    KeyWrapper key =
        session.keys().getActiveKey(session.getContext().getRealm(), KeyUse.SIG, Algorithm.RS256);
    return SignedJwt.of(
        session.getProvider(SignatureProvider.class, Algorithm.RS256).signer(key),
        type,
        key.getCertificate(),
        claims);
  }

  private String fixed(KeycloakSession session, Endpoint endpoint) {
    String token = secret(session, endpoint, "bearerToken");
    // Told here: the HTTP client would quote the header, and with it the secret.
    if (!SecretValue.isToken(token)) {
      throw new IllegalStateException("bearerToken has characters that no token may have");
    }
    return token;
  }

  private String clientSecret(KeycloakSession session, Endpoint endpoint) {
    String secret = secret(session, endpoint, "clientSecret");
    if (!SecretValue.isClientSecret(secret)) {
      throw new IllegalStateException("clientSecret has characters that no secret may have");
    }
    return secret;
  }

  /** Only what is not saved holds the secret itself. */
  private String secret(KeycloakSession session, Endpoint endpoint, String key) {
    String configured = endpoint.credentials().secret();
    if (SecretValue.isVaultExpression(configured)) {
      return secret(session, configured);
    }
    return endpoint.id() == null && SecretValue.isLiteral(configured)
        ? configured
        : stored
            .find(session, endpoint)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "give "
                            + key
                            + " again: none is kept that was given with these addresses"));
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
