package com.abilian.sbe.scim.mark;

import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import java.util.Comparator;
import java.util.List;
import org.keycloak.Config;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * The endpoints of a realm that need marks. Keycloak's realm cache holds components by type, sees
 * changes made by every node and follows the transaction: a login in a realm without endpoints
 * costs one look-up in it.
 */
final class EnabledEndpoints {

  private EnabledEndpoints() {}

  /**
   * @param ofRoles whether only those are meant that read roles
   */
  static List<ComponentModel> of(KeycloakSession session, String realmId, boolean ofRoles) {
    RealmModel realm = session.realms().getRealm(realmId);
    if (realm == null || realm.getName().equals(Config.getAdminRealm())) {
      return List.of();
    }
    return realm
        .getComponentsStream(realm.getId(), ScimEndpointProvider.class.getName())
        .filter(EndpointConfig::isEnabled)
        .sorted(Comparator.comparing(ComponentModel::getId))
        .limit(EndpointConfig.MOST_OF_A_REALM)
        .filter(component -> !ofRoles || EndpointConfig.readsRoles(component))
        .toList();
  }
}
