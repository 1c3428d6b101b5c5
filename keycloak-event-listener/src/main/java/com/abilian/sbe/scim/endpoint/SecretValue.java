package com.abilian.sbe.scim.endpoint;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.keycloak.representations.idm.ComponentRepresentation;

/**
 * What may stand in {@code bearerToken} and {@code clientSecret}: a vault expression, the reference
 * to a secret that is kept in our own table, or, on its way in, the secret itself.
 */
public final class SecretValue {

  /** What the column of the table holds. */
  private static final int LONGEST = 4_000;

  /** RFC 6750 §2.1. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** RFC 6749 appendix A.2. */
  private static final Pattern CLIENT_SECRET = Pattern.compile("[\\x20-\\x7E]+");

  /** As Keycloak's own: anything else it would take for the secret itself. */
  private static final Pattern VAULT = Pattern.compile("\\$\\{vault\\.[^}]+}");

  private static final String VAULT_START = "${vault.";

  /** No token has a colon, and no client's secret is likely to be one of these. */
  private static final Pattern KEPT = Pattern.compile("kept:([0-9a-f-]{36})");

  private SecretValue() {}

  /** Whether {@code value} may be sent as a bearer token. */
  public static boolean isToken(String value) {
    return TOKEN.matcher(value).matches();
  }

  /** Whether {@code value} may be sent as a client's secret. */
  public static boolean isClientSecret(String value) {
    return CLIENT_SECRET.matcher(value).matches();
  }

  public static boolean isVaultExpression(String value) {
    return VAULT.matcher(value).matches();
  }

  /**
   * Whether it is the secret itself, and not what refers to one. What Keycloak shows in place of a
   * secret is none: a realm may be imported as it was exported.
   */
  public static boolean isLiteral(String value) {
    return !isVaultExpression(value)
        && reference(value).isEmpty()
        && !value.equals(ComponentRepresentation.SECRET_VALUE);
  }

  /** The id of the secret that {@code value} refers to. */
  public static Optional<String> reference(String value) {
    return Optional.of(KEPT.matcher(value)).filter(m -> m.matches()).map(m -> m.group(1));
  }

  public static String newReference() {
    return "kept:" + UUID.randomUUID();
  }

  /** Checks the form of a {@code bearerToken}. */
  static void verifyToken(String key, String value) throws InvalidEndpointException {
    verify(key, value, isToken(value), "has characters that no token may have; give the token");
  }

  /** Checks the form of a {@code clientSecret}. */
  static void verifyClientSecret(String key, String value) throws InvalidEndpointException {
    boolean proper = isClientSecret(value) && !value.startsWith(VAULT_START);
    verify(key, value, proper, "has characters that no secret may have; give the secret");
  }

  private static void verify(String key, String value, boolean proper, String why)
      throws InvalidEndpointException {
    if (!isLiteral(value)) {
      return;
    }
    if (!proper) {
      throw new InvalidEndpointException(key, why + " or a vault expression");
    }
    if (value.length() > LONGEST) {
      throw new InvalidEndpointException(
          key, "is longer than " + LONGEST + " characters; keep it in the vault");
    }
  }
}
