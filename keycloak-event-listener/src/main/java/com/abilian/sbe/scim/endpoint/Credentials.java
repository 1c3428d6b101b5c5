package com.abilian.sbe.scim.endpoint;

import java.net.URI;

/** How an endpoint signs in at its receiver. */
public sealed interface Credentials {

  /**
   * Where access tokens are asked for (RFC 6749 §3.2), and as whom.
   *
   * @param scope what is asked for; null where the server decides
   */
  record TokenEndpoint(URI url, String clientId, String scope) {}

  /** A JWT that the realm signs, of its own issuer. */
  record Minted(String issuer, String audience) implements Credentials {}

  /**
   * A fixed token.
   *
   * @param secret see {@link SecretValue}
   */
  record Bearer(String secret) implements Credentials {
    @Override
    public String toString() {
      return "Bearer";
    }
  }

  /**
   * Access tokens of a client that has a secret (RFC 6749 §4.4).
   *
   * @param secret see {@link SecretValue}
   */
  record ClientSecret(TokenEndpoint tokenEndpoint, String secret) implements Credentials {
    @Override
    public String toString() {
      return "ClientSecret[" + tokenEndpoint + "]";
    }
  }

  /**
   * Access tokens of a client for which the realm's key signs (RFC 7523 §2.2).
   *
   * @param audience of what it signs
   */
  record PrivateKey(TokenEndpoint tokenEndpoint, String audience) implements Credentials {}

  /** A vault expression or a reference, in a check the secret itself; null where there is none. */
  default String secret() {
    return null;
  }

  /** Null where no tokens are asked for. */
  default TokenEndpoint tokenEndpoint() {
    return null;
  }
}
