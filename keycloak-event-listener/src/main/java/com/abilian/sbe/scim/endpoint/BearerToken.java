package com.abilian.sbe.scim.endpoint;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.keycloak.representations.idm.ComponentRepresentation;

/**
 * What may stand in {@code bearerToken}: a vault expression, the reference to a token that is kept
 * in our own table, or, on its way in, the token itself.
 */
public final class BearerToken {

  /** What the column of the table holds. */
  private static final int LONGEST = 4_000;

  /** RFC 6750 §2.1. */
  private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** As Keycloak's own: anything else it would take for the secret itself. */
  private static final Pattern VAULT = Pattern.compile("\\$\\{vault\\.[^}]+}");

  /** No token has a colon. */
  private static final String KEPT = "kept:";

  private BearerToken() {}

  /** Whether it may be sent as it is. */
  public static boolean isLiteral(String value) {
    return LITERAL.matcher(value).matches();
  }

  public static boolean isVaultExpression(String value) {
    return VAULT.matcher(value).matches();
  }

  /** The id of the token that {@code value} refers to. */
  public static Optional<String> reference(String value) {
    return value.startsWith(KEPT) ? Optional.of(value.substring(KEPT.length())) : Optional.empty();
  }

  public static String newReference() {
    return KEPT + UUID.randomUUID();
  }

  /**
   * Checks the form. What Keycloak shows in place of a secret is of good form: a realm may be
   * imported as it was exported.
   */
  static void verify(String value) throws InvalidEndpointException {
    if (isVaultExpression(value)
        || reference(value).isPresent()
        || value.equals(ComponentRepresentation.SECRET_VALUE)) {
      return;
    }
    if (!isLiteral(value)) {
      throw new InvalidEndpointException(
          EndpointConfig.BEARER_TOKEN,
          "has characters that no token may have; give the token or a vault expression");
    }
    if (value.length() > LONGEST) {
      throw new InvalidEndpointException(
          EndpointConfig.BEARER_TOKEN,
          "is longer than " + LONGEST + " characters; keep it in the vault");
    }
  }
}
