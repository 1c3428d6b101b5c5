package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.endpoint.Endpoint.Auth;
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
  public static final String ISSUER = "issuer";
  public static final String AUDIENCE = "audience";
  public static final String AUTH = "auth";
  public static final String BEARER_TOKEN = "bearerToken";
  public static final String ATTRIBUTE_MAPPING = "attributeMapping";
  public static final String ROLE_MAPPING = "roleMapping";

  /**
   * Enabled endpoints of one realm; what is too much, the last by id, is neither marked nor served.
   */
  public static final int MOST_OF_A_REALM = 8;

  private final Map<String, List<String>> config;

  EndpointConfig(Map<String, List<String>> config) {
    this.config = config;
  }

  /**
   * The properties that the Admin API and the console show; {@code secret(true)} masks the token.
   */
  public static List<ProviderConfigProperty> properties() {
    List<ProviderConfigProperty> all = new ArrayList<>(ownProperties());
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
        .name(ISSUER)
        .label("Issuer")
        .helpText("This realm's issuer URL as the receiver knows it; required where auth is jwt.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .property()
        .name(AUDIENCE)
        .label("Audience")
        .helpText("Audience of the tokens; the SCIM base URL where empty.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .add()
        .property()
        .name(AUTH)
        .label("Authentication")
        .helpText("jwt: a token signed by this realm's key. bearer: a fixed token.")
        .type(ProviderConfigProperty.LIST_TYPE)
        .options("jwt", "bearer")
        .defaultValue("jwt")
        .add()
        .property()
        .name(BEARER_TOKEN)
        .label("Bearer token")
        .helpText(
            "Only where auth is bearer: the token, or a vault expression such as ${vault.scim}."
                + " Give it again when the address changes.")
        .type(ProviderConfigProperty.PASSWORD)
        .secret(true)
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
      return new EndpointConfig(component.getConfig()).flag(PAUSED, false);
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
    Auth auth = auth();
    String issuer = first(ISSUER);
    String bearerToken = first(BEARER_TOKEN);
    if (auth == Auth.JWT && issuer == null) {
      throw new InvalidEndpointException(
          ISSUER, "is required where auth is jwt; give this realm's issuer URL");
    }
    if (auth == Auth.BEARER && bearerToken == null) {
      throw new InvalidEndpointException(
          BEARER_TOKEN, "is required where auth is bearer; give the token or a vault expression");
    }
    if (auth == Auth.BEARER) {
      BearerToken.verify(bearerToken);
    }
    WebhookConfig.verify(config);
    String audience = first(AUDIENCE);
    return new Endpoint(
        id,
        realmId,
        name,
        enabled(),
        flag(PAUSED, false),
        url,
        issuer,
        audience == null ? url.toString() : audience,
        auth,
        auth == Auth.BEARER ? bearerToken : null,
        mapping(),
        new ScopeConfig(config).scope());
  }

  private boolean enabled() throws InvalidEndpointException {
    return flag(ENABLED, true);
  }

  private boolean flag(String key, boolean otherwise) throws InvalidEndpointException {
    String value = first(key);
    if (value == null) {
      return otherwise;
    }
    if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
      return Boolean.parseBoolean(value);
    }
    throw new InvalidEndpointException(key, "give true or false");
  }

  private URI url() throws InvalidEndpointException {
    String value = first(URL);
    if (value == null) {
      throw new InvalidEndpointException(
          URL, "is required; give the SCIM base URL, such as https://intranet.example.org/scim/v2");
    }
    return HttpAddress.parse(value.replaceAll("/+$", ""))
        .filter(uri -> uri.getRawQuery() == null)
        .orElseThrow(
            () ->
                new InvalidEndpointException(
                    URL, "give an http or https address without user, query or fragment"));
  }

  private Auth auth() throws InvalidEndpointException {
    String value = first(AUTH);
    if (value == null) {
      return Auth.JWT;
    }
    for (Auth auth : Auth.values()) {
      if (auth.name().equalsIgnoreCase(value)) {
        return auth;
      }
    }
    throw new InvalidEndpointException(AUTH, "give jwt or bearer");
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

  private String first(String key) {
    List<String> values = config.get(key);
    if (values == null || values.isEmpty() || values.get(0) == null || values.get(0).isBlank()) {
      return null;
    }
    return values.get(0).trim();
  }
}
