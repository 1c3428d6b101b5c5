package com.abilian.sbe.scim.endpoint;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/** The key of an endpoint's component that says where alarms are told. */
public final class WebhookConfig {

  public static final String WEBHOOK = "webhook";

  private static final String BACK_CHANNEL = "backChannel";

  private static final String ADDRESS = "give an http or https address without user or fragment";

  private WebhookConfig() {}

  static List<ProviderConfigProperty> properties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(WEBHOOK)
        .label("Webhook")
        .helpText(
            "An address that is told, once, when the safety valve holds or a leaver is still in.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .build();
  }

  /** Where alarms of this component's endpoint are told; empty where nowhere. */
  public static Optional<URI> of(Map<String, List<String>> config) {
    return value(config, WEBHOOK).flatMap(HttpAddress::parse);
  }

  static void verify(Map<String, List<String>> config) throws InvalidEndpointException {
    if (value(config, WEBHOOK).isPresent() && of(config).isEmpty()) {
      throw new InvalidEndpointException(WEBHOOK, ADDRESS);
    }
  }

  /**
   * Where sessions that began at the realm are ended (OpenID Connect Back-Channel Logout 1.0); told
   * to a check only.
   */
  public static Optional<URI> backChannel(Map<String, List<String>> config)
      throws InvalidEndpointException {
    Optional<String> told = value(config, BACK_CHANNEL);
    Optional<URI> address = told.flatMap(HttpAddress::parse);
    if (told.isPresent() && address.isEmpty()) {
      throw new InvalidEndpointException(BACK_CHANNEL, ADDRESS);
    }
    return address;
  }

  private static Optional<String> value(Map<String, List<String>> config, String key) {
    List<String> values = config.get(key);
    return values == null
        ? Optional.empty()
        : values.stream()
            .filter(one -> one != null && !one.isBlank())
            .map(String::trim)
            .findFirst();
  }
}
