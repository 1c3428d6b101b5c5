package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.client.ProxyRules;
import com.abilian.sbe.scim.client.ScimTransport;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.keycloak.Config;
import org.keycloak.common.util.EnvUtil;
import org.keycloak.common.util.KeystoreUtil;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.truststore.TruststoreProvider;

/**
 * How this server asks others, as the operator has told Keycloak itself: proxies, the authorities
 * to trust, and the server's own certificate (options {@code spi-connections-http-client--default}
 * and {@code truststore-paths}). Certificates and the names in them are verified in any case.
 */
public final class OutgoingRequests {

  /** The JDK tells a proxy no password for an https address, unless this property allows it. */
  private static final String TUNNELS = "jdk.http.auth.tunneling.disabledSchemes";

  private OutgoingRequests() {}

  /**
   * @throws IllegalStateException where an option is malformed, or a file cannot be read
   */
  public static ScimTransport transport(KeycloakSessionFactory factory, Clock clock) {
    Config.Scope options = Config.scope("connectionsHttpClient", "default");
    ProxyRules proxies = proxies(options);
    if (proxies.hasLogins() && System.getProperty(TUNNELS) == null) {
      System.setProperty(TUNNELS, "");
    }
    return new ScimTransport(
        HttpClient.newBuilder().sslContext(tls(factory, options)), proxies, clock);
  }

  private static ProxyRules proxies(Config.Scope options) {
    String[] mappings = options.getArray("proxyMappings");
    boolean given = mappings != null && mappings.length > 0;
    try {
      return given
          ? ProxyRules.of(mappings)
          : ProxyRules.ofEnvironment(
              variable("https_proxy").or(() -> variable("http_proxy")).orElse(null),
              variable("no_proxy").orElse(null));
    } catch (IllegalArgumentException malformed) {
      String where =
          given
              ? "spi-connections-http-client--default--proxy-mappings"
              : "variable HTTPS_PROXY or HTTP_PROXY";
      throw new IllegalStateException(where + ": " + malformed.getMessage());
    }
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name))
        .filter(value -> !value.isBlank())
        .or(() -> Optional.ofNullable(System.getenv(name.toUpperCase(Locale.ROOT))))
        .filter(value -> !value.isBlank());
  }

  private static SSLContext tls(KeycloakSessionFactory factory, Config.Scope options) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(ours(options), trusted(factory), null);
      return context;
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("no TLS for outgoing requests", failure);
    }
  }

  /** Null for none: the server has no certificate. */
  private static KeyManager[] ours(Config.Scope options) throws GeneralSecurityException {
    String file = options.get("clientKeystore");
    if (file == null) {
      return null;
    }
    String password = options.get("clientKeystorePassword");
    String keyPassword = options.get("clientKeyPassword", password);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(
        keystore(EnvUtil.replace(file), password),
        keyPassword == null ? null : keyPassword.toCharArray());
    return keys.getKeyManagers();
  }

  private static KeyStore keystore(String file, String password) {
    try {
      return KeystoreUtil.loadKeyStore(file, password);
    } catch (Exception failure) {
      throw new IllegalStateException(
          "spi-connections-http-client--default--client-keystore cannot be read", failure);
    }
  }

  /** Null for the JVM's. */
  private static TrustManager[] trusted(KeycloakSessionFactory factory)
      throws GeneralSecurityException {
    try (KeycloakSession session = factory.create()) {
      TruststoreProvider provider = session.getProvider(TruststoreProvider.class);
      KeyStore authorities = provider == null ? null : provider.getTruststore();
      if (authorities == null) {
        return null;
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      return trust.getTrustManagers();
    }
  }
}
