package com.abilian.sbe.scim.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which requests go through which proxy, in the words of Keycloak's own options. The name of a
 * receiver is not looked up where a proxy is asked: the proxy does.
 */
public final class ProxyRules extends ProxySelector {

  /** Every request goes as the JVM's own settings say. */
  public static final ProxyRules NONE = new ProxyRules(List.of());

  private static final String DIRECT = "NO_PROXY";
  private static final int USUAL_PORT = 80;

  /**
   * @param host matches the whole name
   * @param proxy {@link Proxy#NO_PROXY} for none
   * @param authorization for the proxy; null for none
   */
  private record Rule(Pattern host, Proxy proxy, String authorization) {}

  private final List<Rule> rules;

  private ProxyRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * @param mappings each {@code pattern;http://user:password@proxy:port} or {@code
   *     pattern;NO_PROXY}; the first counts whose pattern is the host
   * @throws IllegalArgumentException where one is neither; it does not repeat it
   */
  public static ProxyRules of(String... mappings) {
    return new ProxyRules(Arrays.stream(mappings).map(ProxyRules::rule).toList());
  }

  /**
   * As the environment says it for every program.
   *
   * @param proxy address of a proxy for all hosts, {@code http} where it does not say; null or
   *     blank for none
   * @param without hosts that are asked directly, and those below them, separated by commas: {@code
   *     example.org}, {@code .example.org} and {@code *.example.org} are the same, {@code *} is
   *     every host; may be null
   * @throws IllegalArgumentException where the proxy is none; it does not repeat it
   */
  public static ProxyRules ofEnvironment(String proxy, String without) {
    if (proxy == null || proxy.isBlank()) {
      return NONE;
    }
    List<Rule> rules = new ArrayList<>();
    for (String entry : (without == null ? "" : without).split(",")) {
      String host = entry.strip();
      if (!host.isEmpty()) {
        rules.add(new Rule(below(host), Proxy.NO_PROXY, null));
      }
    }
    String address = proxy.strip();
    rules.add(rule(".*", address.contains("://") ? address : "http://" + address));
    return new ProxyRules(rules);
  }

  private static Pattern below(String host) {
    String name = host.replaceFirst("^\\*?\\.", "");
    String pattern = name.equals("*") ? ".*" : "(?:.+\\.)?" + Pattern.quote(name);
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
  }

  private static Rule rule(String mapping) {
    String[] parts = mapping.split(";");
    if (parts.length < 2) {
      throw malformed();
    }
    return rule(parts[0].strip(), parts[1].strip());
  }

  private static Rule rule(String pattern, String address) {
    try {
      Pattern host = Pattern.compile(pattern);
      if (address.equals(DIRECT)) {
        return new Rule(host, Proxy.NO_PROXY, null);
      }
      URI proxy = URI.create(address);
      if ("http".equalsIgnoreCase(proxy.getScheme()) && proxy.getHost() != null) {
        int port = proxy.getPort() == -1 ? USUAL_PORT : proxy.getPort();
        SocketAddress at = InetSocketAddress.createUnresolved(proxy.getHost(), port);
        return new Rule(host, new Proxy(Proxy.Type.HTTP, at), basic(proxy.getUserInfo()));
      }
    } catch (IllegalArgumentException malformed) {
      // Told below; the exception's text would repeat a password.
    }
    throw malformed();
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "a proxy is given as http://host:port, in a mapping as hostname-pattern;http://host:port"
            + " or hostname-pattern;NO_PROXY");
  }

  private static String basic(String login) {
    if (login == null || login.indexOf(':') <= 0) {
      return null;
    }
    byte[] bytes = login.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Whether a proxy is told who asks. */
  public boolean hasLogins() {
    return rules.stream().anyMatch(rule -> rule.authorization() != null);
  }

  /** What the proxy for this address is told of who asks (RFC 9110 §11.7.2); null for nothing. */
  String authorization(URI address) {
    return rule(address).map(Rule::authorization).orElse(null);
  }

  private Optional<Rule> rule(URI address) {
    return rules.stream().filter(r -> r.host().matcher(address.getHost()).matches()).findFirst();
  }

  @Override
  public List<Proxy> select(URI address) {
    return List.of(rule(address).map(Rule::proxy).orElse(Proxy.NO_PROXY));
  }

  /** There is no other to turn to. */
  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {}
}
