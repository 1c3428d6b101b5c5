package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.TargetRules;
import com.abilian.sbe.scim.endpoint.WebhookConfig;
import com.abilian.sbe.scim.keycloak.AdminPermissions;
import com.abilian.sbe.scim.store.ScopeReader;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** Tries a configuration from this server, and changes nothing. */
public final class CheckResource {

  /** Checks wait for other servers on threads that logins need too. */
  static final Semaphore UNDER_WAY = new Semaphore(2);

  private final KeycloakSession session;
  private final RealmModel realm;
  private final AdminPermissions permissions;
  private final Parts parts;

  CheckResource(
      KeycloakSession session, RealmModel realm, AdminPermissions permissions, Parts parts) {
    this.session = session;
    this.realm = realm;
    this.permissions = permissions;
    this.parts = parts;
  }

  /**
   * Needs {@code manage-realm}.
   *
   * @param config the component's keys, each with its value or a list of values, and {@code
   *     backChannel}, an address where sessions that began at the realm are to be ended
   * @return 200 with a {@link CheckResult}, or 429 where too many checks are under way
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response run(Map<String, ?> config) {
    permissions.requireManageRealm();
    try {
      Endpoint endpoint = Endpoint.of(null, realm.getId(), "check", lists(config));
      List<String> missing = missing(endpoint);
      return missing.isEmpty()
          ? checked(
              endpoint,
              WebhookConfig.of(lists(config)).orElse(null),
              WebhookConfig.backChannel(lists(config)).orElse(null))
          : answer(
              CheckResult.failed(
                  CheckResult.Stage.SCOPE,
                  "no_such_scope",
                  "this realm has no " + String.join(", no ", missing)));
    } catch (InvalidEndpointException malformed) {
      return answer(
          CheckResult.failed(CheckResult.Stage.REACH, "malformed", malformed.getMessage()));
    }
  }

  private List<String> missing(Endpoint endpoint) {
    ScopeReader scopes = new ScopeReader(parts.transactions().tables(session));
    return parts
        .transactions()
        .within(session, c -> scopes.inRealm(c, realm.getId(), endpoint.scope()).missing());
  }

  /**
   * A host that is not allowed is neither contacted nor resolved, and every such host gets the same
   * answer.
   */
  private Response checked(Endpoint endpoint, URI webhook, URI backChannel) {
    Optional<String> refusal = refusal(endpoint);
    if (refusal.isEmpty() && webhook != null) {
      refusal = refusal(endpoint.at(webhook)).map("its webhook is "::concat);
    }
    if (refusal.isEmpty() && backChannel != null) {
      refusal = refusal(endpoint.at(backChannel)).map("its back-channel address is "::concat);
    }
    if (refusal.isPresent()) {
      return answer(CheckResult.failed(CheckResult.Stage.REACH, "host_not_allowed", refusal.get()));
    }
    if (!UNDER_WAY.tryAcquire()) {
      return busy();
    }
    try {
      return answer(check().run(endpoint, backChannel));
    } finally {
      UNDER_WAY.release();
    }
  }

  private Optional<String> refusal(Endpoint endpoint) {
    TargetRules targets = parts.targets().apply(session);
    return permissions.isServerAdministrator()
        ? targets.refusalForServerAdministrator(endpoint)
        : targets.refusal(endpoint);
  }

  private Check check() {
    return new Check(
        (endpoint, transport) -> parts.tokens().issue(session, endpoint, transport),
        parts.transport(),
        permissions.isServerAdministrator());
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

  private static Map<String, List<String>> lists(Map<String, ?> config) {
    return (config == null ? Map.<String, Object>of() : config)
        .entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> values(entry.getValue())));
  }

  private static List<String> values(Object value) {
    return value instanceof Collection<?> several
        ? several.stream().filter(Objects::nonNull).map(String::valueOf).toList()
        : List.of(String.valueOf(value));
  }
}
