package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.keycloak.AdminLog;
import com.abilian.sbe.scim.keycloak.AdminPermissions;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.Transactions.Work;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** One request of an administrator about the endpoints of a realm. */
record Call(
    KeycloakSession session,
    RealmModel realm,
    AdminPermissions permissions,
    AdminLog log,
    Parts parts) {

  /**
   * The realm's endpoint of this name.
   *
   * @throws WebApplicationException 400 without a name, 404 where the realm has none of this name
   */
  ComponentModel endpoint(String name) {
    if (name == null) {
      throw AdminPermissions.error("endpoint: a name is needed", Response.Status.BAD_REQUEST);
    }
    return realm
        .getComponentsStream(realm.getId(), ScimEndpointProvider.class.getName())
        .filter(component -> name.equals(component.getName()))
        .findFirst()
        .orElseThrow(
            () ->
                AdminPermissions.error(
                    "the realm has no component of this name", Response.Status.NOT_FOUND));
  }

  /**
   * As {@link #endpoint}, for what is to be done at once.
   *
   * @throws WebApplicationException 409 where it is disabled
   */
  ComponentModel enabled(String name) {
    ComponentModel found = endpoint(name);
    if (!EndpointConfig.isEnabled(found)) {
      throw AdminPermissions.error("the endpoint is disabled", Response.Status.CONFLICT);
    }
    return found;
  }

  Tables tables() {
    return parts.transactions().tables(session);
  }

  Stores stores() {
    return Stores.of(parts.transactions(), tables());
  }

  /** In the transaction of the request. */
  <T> T within(Work<T> work) {
    return parts.transactions().within(session, work);
  }
}
