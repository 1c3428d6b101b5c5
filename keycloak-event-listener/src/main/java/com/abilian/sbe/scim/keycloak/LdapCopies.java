package com.abilian.sbe.scim.keycloak;

import java.util.List;
import java.util.Map;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.storage.UserStorageProvider;
import org.keycloak.storage.UserStorageProviderFactory;
import org.keycloak.storage.UserStorageProviderModel;
import org.keycloak.storage.ldap.LDAPStorageProvider;

/** Copies of LDAP providers, to be asked without any effect on Keycloak. */
final class LdapCopies {

  private static final String TIMEOUT_MILLIS = "3000";

  private LdapCopies() {}

  /**
   * @param variant tells copies with other changes apart: each is kept by its id
   * @param changes values in place of the provider's own
   */
  static LDAPStorageProvider of(
      KeycloakSession session, ComponentModel live, String variant, Map<String, String> changes) {
    ComponentModel copy = new ComponentModel(live);
    // Under the id of the live one that one would be changed; and it has mappers that change
    // people.
    copy.setId("sbe-scim-" + variant + live.getId());
    copy.getConfig().putSingle("readTimeout", TIMEOUT_MILLIS);
    copy.getConfig().putSingle("connectionTimeout", TIMEOUT_MILLIS);
    copy.getConfig().putSingle("connectionPooling", "false");
    changes.forEach(copy.getConfig()::putSingle);
    copy.getConfig().values().removeIf(values -> values.equals(List.of("")));
    UserStorageProviderFactory<?> made =
        (UserStorageProviderFactory<?>)
            session
                .getKeycloakSessionFactory()
                .getProviderFactory(UserStorageProvider.class, live.getProviderId());
    return (LDAPStorageProvider) made.create(session, new UserStorageProviderModel(copy));
  }
}
