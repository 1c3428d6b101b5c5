package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.keycloak.AdminPermissions;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** The status of each endpoint of the realm. */
public final class StatusResource {

  private static final Logger LOG = Logger.getLogger(StatusResource.class);

  private final KeycloakSession session;
  private final RealmModel realm;
  private final AdminPermissions permissions;
  private final Parts parts;

  StatusResource(
      KeycloakSession session, RealmModel realm, AdminPermissions permissions, Parts parts) {
    this.session = session;
    this.realm = realm;
    this.permissions = permissions;
    this.parts = parts;
  }

  /**
   * Needs {@code view-realm}.
   *
   * @return {@code version} and {@code endpoints}, a list of {@link EndpointStatus}
   * @throws WebApplicationException 500 that names the tables which cannot be read
   */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Object> read() {
    permissions.requireViewRealm();
    return Map.of("version", parts.version(), "endpoints", endpoints());
  }

  private List<EndpointStatus> endpoints() {
    List<ComponentModel> components =
        realm.getComponentsStream(realm.getId(), ScimEndpointProvider.class.getName()).toList();
    try {
      StatusReader reader = new StatusReader(parts.transactions().tables(session));
      return components.stream()
          .map(component -> parts.transactions().within(session, c -> reader.read(c, component)))
          .toList();
    } catch (RuntimeException failure) {
      LOG.error("The connector's tables could not be read", failure);
      throw AdminPermissions.error(unreadable(), Response.Status.INTERNAL_SERVER_ERROR);
    }
  }

  private String unreadable() {
    List<String> lost = parts.transactions().tables().unreadable(parts.transactions());
    return lost.isEmpty()
        ? "The connector's tables cannot be read now: see the server's log"
        : "Tables of the connector cannot be read: "
            + String.join(", ", lost)
            + ". Restore them from a backup of the server's database";
  }
}
