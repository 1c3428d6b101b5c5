package com.abilian.sbe.scim.endpoint;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.keycloak.Config;

/**
 * The hosts that the operator of the server lets endpoints point at, so that the administrator of a
 * realm cannot aim the server at its own network. Names are compared as they are written: what a
 * name resolves to, or another spelling of an address, does not count.
 */
public record AllowedHosts(Set<String> hosts) {

  private static final String OPTION = "--spi-sbe-scim-endpoint--sbe-scim--allowed-hosts=";

  /**
   * Comma-separated {@code host} (any port) or {@code host:port}; null and blank name none.
   *
   * @throws IllegalArgumentException where an entry is neither
   */
  public static AllowedHosts parse(String option) {
    return new AllowedHosts(
        Arrays.stream(option == null ? new String[0] : option.split(","))
            .map(String::trim)
            .filter(entry -> !entry.isEmpty())
            .map(AllowedHosts::entry)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether the operator named any: then no others are allowed. */
  public boolean given() {
    return !hosts.isEmpty();
  }

  /** Whether the operator named this one. */
  public boolean permits(URI url) {
    return hosts.contains(name(url)) || hosts.contains(host(url));
  }

  /** {@code host:port} of an address, as two of them are compared. */
  public static String host(URI url) {
    return name(url) + ":" + port(url);
  }

  /** Why {@code url} is refused, and what would allow it. */
  public String refusal(URI url) {
    String option = OPTION + (port(url) == usualPort(url) ? name(url) : host(url));
    return given()
        ? "not one of the hosts that this server may send to; its operator can add it to " + option
        : "not an allowed host: start the server with "
            + option
            + ", or have an administrator of realm "
            + Config.getAdminRealm()
            + " enable the endpoint";
  }

  private static String entry(String text) {
    try {
      String[] parts = text.split("(?=:\\d+$)", 2);
      URI url = new URI("any://" + ascii(parts[0]) + (parts.length > 1 ? parts[1] : ""));
      boolean bare = url.getRawPath().isEmpty() && url.getRawQuery() == null;
      if (url.getHost() != null && url.getRawUserInfo() == null && bare) {
        return url.getPort() == -1 ? name(url) : host(url);
      }
    } catch (URISyntaxException | IllegalArgumentException malformed) {
      // Told below.
    }
    throw new IllegalArgumentException(
        OPTION + text + ": give host or host:port, several separated by commas");
  }

  private static String ascii(String host) {
    return host.startsWith("[") ? host : IDN.toASCII(host);
  }

  /** A dot at the end of a name says only that it is complete. */
  private static String name(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static int port(URI url) {
    return url.getPort() == -1 ? usualPort(url) : url.getPort();
  }

  private static int usualPort(URI url) {
    return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
  }
}
