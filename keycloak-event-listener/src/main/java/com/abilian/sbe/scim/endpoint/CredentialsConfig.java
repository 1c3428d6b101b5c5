package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.endpoint.Credentials.TokenEndpoint;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/** The keys of an endpoint's component that say how it signs in. */
public final class CredentialsConfig {

  public static final String ISSUER = "issuer";
  public static final String AUDIENCE = "audience";
  public static final String AUTH = "auth";
  public static final String BEARER_TOKEN = "bearerToken";
  public static final String TOKEN_URL = "tokenUrl";
  public static final String TOKEN_SCOPE = "tokenScope";
  public static final String CLIENT_ID = "clientId";
  public static final String CLIENT_SECRET = "clientSecret";
  public static final String ASSERTION_AUDIENCE = "assertionAudience";

  /** Those whose values are kept apart; an endpoint has one of them at most. */
  static final List<String> SECRETS = List.of(BEARER_TOKEN, CLIENT_SECRET);

  private static final String JWT = "jwt";
  private static final String BEARER = "bearer";
  private static final String BY_SECRET = "client-secret";
  private static final String BY_KEY = "private-key";

  /** Where Keycloak has a realm's token endpoint, below the issuer. */
  private static final String REALM_TOKENS = "/protocol/openid-connect/token";

  private final Values values;

  CredentialsConfig(Values values) {
    this.values = values;
  }

  /** {@code secret(true)} masks the values. */
  static List<ProviderConfigProperty> properties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(ISSUER)
        .label("Issuer")
        .helpText(
            "This realm's issuer URL as the receiver knows it; required where auth is jwt, or the"
                + " token URL is empty.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .property()
        .name(AUDIENCE)
        .label("Audience")
        .helpText("Audience of the tokens that the realm signs; the SCIM base URL where empty.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .property()
        .name(AUTH)
        .label("Authentication")
        .helpText(
            "jwt: a token signed by this realm's key. bearer: a fixed token. client-secret,"
                + " private-key: tokens of a client, which has a secret, or for which this realm's"
                + " key signs.")
        .type(ProviderConfigProperty.LIST_TYPE)
        .options(JWT, BEARER, BY_SECRET, BY_KEY)
        .defaultValue(JWT)
        .add()
        .property()
        .name(BEARER_TOKEN)
        .label("Bearer token")
        .helpText(
            "Only where auth is bearer: the token, or a vault expression such as ${vault.scim}."
                + " Give it again when the address changes.")
        .type(ProviderConfigProperty.PASSWORD)
        .secret(true)
        .add()
        .property()
        .name(CLIENT_ID)
        .label("Client")
        .helpText("Where auth is client-secret or private-key: the client's id.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .property()
        .name(CLIENT_SECRET)
        .label("Client secret")
        .helpText(
            "Only where auth is client-secret: the secret, or a vault expression such as"
                + " ${vault.scim}. Give it again when the address or the token URL changes.")
        .type(ProviderConfigProperty.PASSWORD)
        .secret(true)
        .add()
        .property()
        .name(TOKEN_URL)
        .label("Token URL")
        .helpText("Where the client's tokens are asked for; this realm's own where empty.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .property()
        .name(TOKEN_SCOPE)
        .label("Token scope")
        .helpText("Scope that is asked for, such as scim; none where empty.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .property()
        .name(ASSERTION_AUDIENCE)
        .label("Audience of the assertion")
        .helpText(
            "Where auth is private-key: for whom this realm signs. Where empty, the token URL; the"
                + " issuer where that is empty too.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .build();
  }

  /** The key that holds the secret; null where there is none. */
  static String secretKey(Credentials credentials) {
    if (credentials instanceof Credentials.Bearer) {
      return BEARER_TOKEN;
    }
    return credentials instanceof Credentials.ClientSecret ? CLIENT_SECRET : null;
  }

  /**
   * @param receiver SCIM base URL
   */
  Credentials credentials(URI receiver) throws InvalidEndpointException {
    String auth = values.first(AUTH);
    return switch (auth == null ? JWT : auth.toLowerCase(Locale.ROOT)) {
      case JWT -> new Credentials.Minted(issuer("where auth is jwt"), audience(receiver));
      case BEARER -> new Credentials.Bearer(bearerToken());
      case BY_SECRET -> new Credentials.ClientSecret(tokenEndpoint(), clientSecret());
      case BY_KEY -> new Credentials.PrivateKey(tokenEndpoint(), assertionAudience());
      default ->
          throw new InvalidEndpointException(
              AUTH, "give jwt, bearer, client-secret or private-key");
    };
  }

  private String issuer(String when) throws InvalidEndpointException {
    return required(ISSUER, when + "; give this realm's issuer URL");
  }

  private String audience(URI receiver) {
    String value = values.first(AUDIENCE);
    return value == null ? receiver.toString() : value;
  }

  private String bearerToken() throws InvalidEndpointException {
    String value =
        required(BEARER_TOKEN, "where auth is bearer; give the token or a vault expression");
    SecretValue.verifyToken(BEARER_TOKEN, value);
    return value;
  }

  private String clientSecret() throws InvalidEndpointException {
    String value =
        required(CLIENT_SECRET, "where auth is client-secret; give it or a vault expression");
    SecretValue.verifyClientSecret(CLIENT_SECRET, value);
    return value;
  }

  private TokenEndpoint tokenEndpoint() throws InvalidEndpointException {
    String clientId = required(CLIENT_ID, "where auth is client-secret or private-key");
    return new TokenEndpoint(tokenUrl(), clientId, values.first(TOKEN_SCOPE));
  }

  private URI tokenUrl() throws InvalidEndpointException {
    if (values.first(TOKEN_URL) != null) {
      return values.address(TOKEN_URL);
    }
    issuer("where tokenUrl is empty");
    return URI.create(values.address(ISSUER) + REALM_TOKENS);
  }

  private String assertionAudience() throws InvalidEndpointException {
    String value = values.first(ASSERTION_AUDIENCE);
    if (value != null) {
      return value;
    }
    String tokenUrl = values.first(TOKEN_URL);
    return tokenUrl == null ? values.first(ISSUER) : tokenUrl;
  }

  private String required(String key, String when) throws InvalidEndpointException {
    String value = values.first(key);
    if (value == null) {
      throw new InvalidEndpointException(key, "is required " + when);
    }
    return value;
  }
}
