package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.Connector;
import com.abilian.sbe.scim.Version;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** What an operator asks of a realm's endpoints. */
public final class AdminResource {

  private final KeycloakSession session;
  private final RealmModel realm;
  private final AdminPermissionEvaluator permissions;
  private final Connector connector;

  AdminResource(
      KeycloakSession session,
      RealmModel realm,
      AdminPermissionEvaluator permissions,
      Connector connector) {
    this.session = session;
    this.realm = realm;
    this.permissions = permissions;
    this.connector = connector;
  }

  /** How each endpoint of the realm fares; needs {@code view-realm}. */
  @GET
  @Path("status")
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Object> status() {
    permissions.realm().requireViewRealm();
    StatusReader reader = new StatusReader(connector.transactions().tables(session));
    List<EndpointStatus> endpoints =
        realm
            .getComponentsStream(realm.getId(), ScimEndpointProvider.class.getName())
            .map(
                component ->
                    connector
                        .transactions()
                        .within(session, connection -> reader.read(connection, component)))
            .toList();
    return Map.of("version", Version.CURRENT, "endpoints", endpoints);
  }

  /**
   * Tries a configuration from this server, and changes nothing; needs {@code manage-realm}.
   *
   * @param config the component's keys with one value each
   */
  @POST
  @Path("check")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public CheckResult check(Map<String, String> config) {
    permissions.realm().requireManageRealm();
    try {
      Endpoint endpoint = Endpoint.of("check", realm.getId(), "check", lists(config));
      return new Check(session, connector.options().allowedHosts(), connector.transport())
          .run(endpoint);
    } catch (InvalidEndpointException malformed) {
      return CheckResult.failed(CheckResult.Stage.REACH, malformed.getMessage());
    }
  }

  private static Map<String, List<String>> lists(Map<String, String> config) {
    return (config == null ? Map.<String, String>of() : config)
        .entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
  }
}
