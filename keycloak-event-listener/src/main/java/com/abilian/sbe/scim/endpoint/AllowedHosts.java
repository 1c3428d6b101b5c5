package com.abilian.sbe.scim.endpoint;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The hosts that the operator of the server lets endpoints point at, so that the administrator of a
 * realm cannot aim the server at its own network. Empty allows any.
 */
public record AllowedHosts(Set<String> hosts) {

  /** Comma-separated {@code host} or {@code host:port}; null and blank allow any. */
  public static AllowedHosts parse(String option) {
    return new AllowedHosts(
        Arrays.stream(option == null ? new String[0] : option.split(","))
            .map(host -> host.trim().toLowerCase(Locale.ROOT))
            .filter(host -> !host.isEmpty())
            .collect(Collectors.toUnmodifiableSet()));
  }

  public boolean permits(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return hosts.isEmpty() || hosts.contains(host) || hosts.contains(host + ":" + port(url));
  }

  /** Why {@code url} is refused, for the administrator of the realm. */
  public static String refusal(URI url) {
    return "host "
        + url.getHost()
        + " is not among the hosts that this server may send to; ask its operator to add it to"
        + " spi-sbe-scim-endpoint--sbe-scim--allowed-hosts";
  }

  private static int port(URI url) {
    if (url.getPort() != -1) {
      return url.getPort();
    }
    return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
  }
}
