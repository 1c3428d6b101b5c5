package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.RoleMap;
import com.abilian.sbe.scim.project.UserMapping;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.keycloak.component.ComponentModel;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/**
 * The keys of an endpoint's component. Only malformed values are refused: a component that is
 * refused stops the import of its whole realm.
 */
public final class EndpointConfig {

  public static final String ENABLED = "enabled";
  public static final String PAUSED = "paused";
  public static final String URL = "url";
  public static final String ATTRIBUTE_MAPPING = "attributeMapping";
  public static final String ROLE_MAPPING = "roleMapping";

  /**
   * Enabled endpoints of one realm; what is too much, the last by id, is neither marked nor served.
   */
  public static final int MOST_OF_A_REALM = 8;

  private final Map<String, List<String>> config;
  private final Values values;

  EndpointConfig(Map<String, List<String>> config) {
    this.config = config;
    this.values = new Values(config);
  }

  /** The properties that the Admin API and the console show. */
  public static List<ProviderConfigProperty> properties() {
    List<ProviderConfigProperty> all = new ArrayList<>(ownProperties());
    all.addAll(CredentialsConfig.properties());
    all.addAll(ScopeConfig.properties());
    all.addAll(WebhookConfig.properties());
    return all;
  }

  private static List<ProviderConfigProperty> ownProperties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(ENABLED)
        .label("Enabled")
        .helpText("Whether changes of this realm are sent.")
        .type(ProviderConfigProperty.BOOLEAN_TYPE)
        .defaultValue(true)
        .add()
        .property()
        .name(PAUSED)
        .label("Paused")
        .helpText("Whether changes wait until this is switched off.")
        .type(ProviderConfigProperty.BOOLEAN_TYPE)
        .defaultValue(false)
        .add()
        .property()
        .name(URL)
        .label("SCIM base URL")
        .helpText("Such as https://intranet.example.org/scim/v2")
        .type(ProviderConfigProperty.STRING_TYPE)
        .required(true)
        .add()
        .property()
        .name(ATTRIBUTE_MAPPING)
        .label("Attribute mapping")
        .helpText("Lines of keycloakAttribute=scimPath.")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .defaultValue(AttributeMapping.DEFAULT)
        .add()
        .property()
        .name(ROLE_MAPPING)
        .label("Role mapping")
        .helpText(
            "Lines of role=value, of a client's role clientId/role=value: effective roles that are"
                + " sent as values of roles. No roles are sent where it is empty.")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .add()
        .build();
  }

  /**
   * Whether changes are to be marked for this component's endpoint. One whose value is malformed is
   * not delivered to: a full sync follows once it is fixed.
   */
  public static boolean isEnabled(ComponentModel component) {
    return isEnabled(component.getConfig());
  }

  /** As above, of the component's configuration. */
  public static boolean isEnabled(Map<String, List<String>> config) {
    try {
      return new EndpointConfig(config).enabled();
    } catch (InvalidEndpointException malformed) {
      return false;
    }
  }

  /** Whether what this component's endpoint sends, or of whom, depends on roles. */
  public static boolean readsRoles(ComponentModel component) {
    return Stream.of(ROLE_MAPPING, ScopeConfig.ROLES)
        .flatMap(key -> component.getConfig().getOrDefault(key, List.of()).stream())
        .anyMatch(line -> line != null && !line.isBlank());
  }

  /** Whether an administrator has paused it; false where the value is malformed. */
  public static boolean isPaused(ComponentModel component) {
    try {
      return new Values(component.getConfig()).flag(PAUSED, false);
    } catch (InvalidEndpointException malformed) {
      return false;
    }
  }

  /** Who is provisioned; everybody where a value is malformed, since then nobody is. */
  public static ProvisioningScope scope(ComponentModel component) {
    try {
      return new ScopeConfig(component.getConfig()).scope();
    } catch (InvalidEndpointException malformed) {
      return ProvisioningScope.ALL;
    }
  }

  Endpoint endpoint(String id, String realmId, String name) throws InvalidEndpointException {
    URI url = url();
    WebhookConfig.verify(config);
    return new Endpoint(
        id,
        realmId,
        name,
        enabled(),
        values.flag(PAUSED, false),
        url,
        new CredentialsConfig(values).credentials(url),
        mapping(),
        new ScopeConfig(config).scope());
  }

  private boolean enabled() throws InvalidEndpointException {
    return values.flag(ENABLED, true);
  }

  private URI url() throws InvalidEndpointException {
    if (values.first(URL) == null) {
      throw new InvalidEndpointException(
          URL, "is required; give the SCIM base URL, such as https://intranet.example.org/scim/v2");
    }
    return values.address(URL);
  }

  private UserMapping mapping() throws InvalidEndpointException {
    AttributeMapping attributes = attributes();
    List<String> lines = config.getOrDefault(ROLE_MAPPING, List.of());
    try {
      return new UserMapping(attributes, RoleMap.parse(lines == null ? List.of() : lines));
    } catch (IllegalArgumentException malformed) {
      throw new InvalidEndpointException(ROLE_MAPPING, malformed.getMessage());
    }
  }

  private AttributeMapping attributes() throws InvalidEndpointException {
    List<String> lines = config.get(ATTRIBUTE_MAPPING);
    try {
      return AttributeMapping.parse(
          lines == null || lines.isEmpty() ? AttributeMapping.DEFAULT : lines);
    } catch (IllegalArgumentException malformed) {
      throw new InvalidEndpointException(ATTRIBUTE_MAPPING, malformed.getMessage());
    }
  }
}
