package com.abilian.sbe.scim.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Addresses that requests may go to, as far as their form says. */
final class HttpAddress {

  private static final int LAST_PORT = 65_535;

  private HttpAddress() {}

  /** The http or https address; empty where it is none, or has a user or a fragment. */
  static Optional<URI> parse(String value) {
    try {
      URI uri = new URI(value);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean good =
          (scheme.equals("http") || scheme.equals("https"))
              && uri.getHost() != null
              && uri.getPort() <= LAST_PORT
              && uri.getRawUserInfo() == null
              && uri.getRawFragment() == null;
      return good ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }
}
