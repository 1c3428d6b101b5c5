package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/** The keys of an endpoint's component that say who is provisioned. */
public final class ScopeConfig {

  public static final String GROUPS = "scopeGroups";
  public static final String ROLES = "scopeRoles";
  public static final String ATTRIBUTES = "scopeAttributes";
  public static final String ROOTS = "groupRoots";
  public static final String OUT_OF_SCOPE = "outOfScope";

  private final Map<String, List<String>> config;

  ScopeConfig(Map<String, List<String>> config) {
    this.config = config;
  }

  static List<ProviderConfigProperty> properties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(GROUPS)
        .label("Scope: groups")
        .helpText(
            "Paths or ids of groups: only who is in one of them, or in one below, is sent."
                + " Without groups, roles and attributes everybody is.")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .add()
        .property()
        .name(ROLES)
        .label("Scope: roles")
        .helpText("Realm roles, or clientId/role: only who has one of them in effect is sent.")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .add()
        .property()
        .name(ATTRIBUTES)
        .label("Scope: attributes")
        .helpText("Lines of attribute=value: only who has one of these values is sent.")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .add()
        .property()
        .name(ROOTS)
        .label("Groups")
        .helpText("Paths or ids of groups that are sent, with those below. All where empty.")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .add()
        .property()
        .name(OUT_OF_SCOPE)
        .label("Out of scope")
        .helpText("What becomes of the account of somebody who leaves the scope.")
        .type(ProviderConfigProperty.LIST_TYPE)
        .options("deactivate", "delete")
        .defaultValue("deactivate")
        .add()
        .build();
  }

  ProvisioningScope scope() throws InvalidEndpointException {
    return new ProvisioningScope(
        read(GROUPS, ProvisioningScope::paths),
        read(ROLES, ProvisioningScope::names),
        read(ATTRIBUTES, ProvisioningScope::values),
        read(ROOTS, ProvisioningScope::paths),
        leaving());
  }

  private <T> T read(String key, Function<Collection<String>, T> parser)
      throws InvalidEndpointException {
    try {
      return parser.apply(config.getOrDefault(key, List.of()));
    } catch (IllegalArgumentException malformed) {
      throw new InvalidEndpointException(key, malformed.getMessage());
    }
  }

  private Leaving leaving() throws InvalidEndpointException {
    String value = String.join("", config.getOrDefault(OUT_OF_SCOPE, List.of())).trim();
    if (value.isEmpty()) {
      return Leaving.DEACTIVATE;
    }
    for (Leaving leaving : Leaving.values()) {
      if (leaving.name().equals(value.toUpperCase(Locale.ROOT))) {
        return leaving;
      }
    }
    throw new InvalidEndpointException(OUT_OF_SCOPE, "give deactivate or delete");
  }
}
