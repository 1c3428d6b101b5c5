package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.Connector;
import com.abilian.sbe.scim.Version;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.endpoint.TargetRules;
import com.abilian.sbe.scim.keycloak.KeycloakTransactions;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.ErrorResponse;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** What an operator asks of a realm's endpoints. */
public final class AdminResource {

  /** Checks wait for other servers on threads that logins need too. */
  private static final Semaphore UNDER_WAY = new Semaphore(2);

  private static final Logger LOG = Logger.getLogger(AdminResource.class);

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
    return Map.of("version", Version.CURRENT, "endpoints", endpoints());
  }

  private List<EndpointStatus> endpoints() {
    KeycloakTransactions transactions = connector.transactions();
    StatusReader reader = new StatusReader(transactions.tables(session));
    List<ComponentModel> components =
        realm.getComponentsStream(realm.getId(), ScimEndpointProvider.class.getName()).toList();
    try {
      return components.stream()
          .map(component -> transactions.within(session, c -> reader.read(c, component)))
          .toList();
    } catch (RuntimeException failure) {
      LOG.error("The connector's tables could not be read", failure);
      String lost = String.join(", ", transactions.tables().unreadable(transactions));
      throw ErrorResponse.error(
          lost.isEmpty()
              ? "The connector's tables cannot be read now: see the server's log"
              : "Tables of the connector cannot be read: "
                  + lost
                  + ". Restore them from a backup of the server's database",
          Response.Status.INTERNAL_SERVER_ERROR);
    }
  }

  /**
   * Tries a configuration from this server, and changes nothing; needs {@code manage-realm}. 429
   * where too many are under way.
   *
   * @param config the component's keys with one value each
   */
  @POST
  @Path("check")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response check(Map<String, String> config) {
    permissions.realm().requireManageRealm();
    try {
      return checked(Endpoint.of("check", realm.getId(), "check", lists(config)));
    } catch (InvalidEndpointException malformed) {
      return answer(
          CheckResult.failed(CheckResult.Stage.REACH, "malformed", malformed.getMessage()));
    }
  }

  /** A host that is not allowed is neither asked nor looked up, and all of them are told alike. */
  private Response checked(Endpoint endpoint) {
    boolean teacher = permissions.adminAuth().getRealm().getName().equals(Config.getAdminRealm());
    TargetRules targets = connector.targets(session);
    Optional<String> refusal =
        teacher ? targets.refusalForTeacher(endpoint) : targets.refusal(endpoint);
    if (refusal.isPresent()) {
      return answer(CheckResult.failed(CheckResult.Stage.REACH, "host_not_allowed", refusal.get()));
    }
    if (!UNDER_WAY.tryAcquire()) {
      return busy();
    }
    try {
      return answer(new Check(session, connector.transport(), teacher).run(endpoint));
    } finally {
      UNDER_WAY.release();
    }
  }

  private static Response answer(CheckResult result) {
    return Response.ok(result).build();
  }

  private static Response busy() {
    return Response.status(Response.Status.TOO_MANY_REQUESTS)
        .header(HttpHeaders.RETRY_AFTER, Check.LIMIT.toSeconds())
        .entity(Map.of("errorMessage", "Other checks are under way on this server: try again"))
        .build();
  }

  private static Map<String, List<String>> lists(Map<String, String> config) {
    return (config == null ? Map.<String, String>of() : config)
        .entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
  }
}
