package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.keycloak.AdminPermissions;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.DirectoryPeople.Origin;
import com.abilian.sbe.scim.store.LossStore.Judged;
import com.abilian.sbe.scim.store.LossStore.State;
import com.abilian.sbe.scim.store.Stores;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.keycloak.component.ComponentModel;

/**
 * What becomes of one person: why they are, or are not, at the receiver, and what would be sent.
 */
public final class PeopleResource {

  private final Call call;

  PeopleResource(Call call) {
    this.call = call;
  }

  /**
   * What is known of a person at an endpoint. Times are epoch milliseconds.
   *
   * @param inKeycloak whether the realm has them; names, scope and {@code inLine} are null where it
   *     has not
   * @param directory what the directory that they came from says of them now: a {@link Presence};
   *     null where they came from none
   * @param scope {@code IN}, {@code OUT}, or {@code UNKNOWN} where the scope names what is not
   *     there
   * @param waiting whether a change of theirs has not been looked at yet
   * @param inLine whether the receiver was last sent what Keycloak has now; null where nothing was
   * @param sentAt when the receiver last accepted them, or null
   * @param remoteId the receiver's id, or null
   * @param inactive whether the receiver was told that they may not log in
   * @param reason why the receiver refused them: status and SCIM error type; null where it did not
   * @param retryAt when they are tried again, or null
   * @param stillInSince since when they have access at the receiver and should not; null where they
   *     should
   * @param held causes for which the safety valve holds what they are to lose
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Explained(
      String id,
      boolean inKeycloak,
      String name,
      String mail,
      Boolean enabled,
      String directory,
      String scope,
      boolean waiting,
      Boolean inLine,
      Long sentAt,
      String remoteId,
      boolean inactive,
      String reason,
      Long retryAt,
      Long stillInSince,
      List<String> held) {}

  /**
   * Needs {@code manage-realm}.
   *
   * @param user id, user name or mail address; by id also somebody whom Keycloak no longer has
   * @return an {@link Explained}
   * @throws WebApplicationException 400, 404, 409: see {@link Call#endpoint}; 404 where nothing is
   *     known of such a person; 409 where the endpoint's configuration is malformed
   */
  @GET
  @Path("explain")
  @Produces(MediaType.APPLICATION_JSON)
  public Explained explain(@QueryParam("endpoint") String name, @QueryParam("user") String user) {
    call.permissions().requireManageRealm();
    Endpoint endpoint = endpoint(name);
    call.log().record("sbe-scim/people/explain", endpoint.id());
    return call.within(connection -> explained(connection, endpoint, required(user)))
        .orElseThrow(PeopleResource::unknown);
  }

  private Optional<Explained> explained(Connection connection, Endpoint endpoint, String user)
      throws SQLException {
    Stores stores = call.stores();
    String id = stores.realms().userId(connection, endpoint.realmId(), user).orElse(user);
    Map<String, UserState> found = read(connection, endpoint, id);
    UserState state = found.get(id);
    Link link =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, Set.of(id)).get(id);
    if (state == null && link == null) {
      return Optional.empty();
    }
    Verdict scope =
        stores
            .scopes()
            .of(connection, endpoint.realmId(), endpoint.scope(), found)
            .getOrDefault(id, null);
    List<String> held =
        stores
            .losses()
            .of(connection, endpoint.id(), ResourceType.USER, Set.of(id))
            .values()
            .stream()
            .filter(one -> one.state() == State.HELD)
            .map(Judged::loss)
            .map(loss -> loss.cause().name())
            .distinct()
            .sorted()
            .toList();
    boolean waiting = !stores.marks().waiting(connection, endpoint.id(), Set.of(id)).isEmpty();
    return Optional.of(
        new Explained(
            id,
            state != null,
            state == null ? null : state.username(),
            state == null ? null : state.email(),
            state == null ? null : state.enabled(),
            directory(connection, endpoint, id),
            scope == null ? null : scope.name(),
            waiting,
            link == null || state == null ? null : isInLine(endpoint, state, scope, link),
            link == null ? null : link.lastOkAt(),
            link == null ? null : link.remoteId(),
            link != null && link.pushed().inactive(),
            link == null ? null : link.failure().error(),
            link == null ? null : link.failure().notBefore(),
            link == null ? null : link.failure().stillInSince(),
            held));
  }

  private String directory(Connection connection, Endpoint endpoint, String id)
      throws SQLException {
    Map<String, Origin> origins =
        new HashMap<>(call.stores().directoryPeople().remembered(connection, Set.of(id)));
    origins.putAll(call.stores().directoryPeople().current(connection, Set.of(id)));
    return origins.isEmpty()
        ? null
        : call.parts().guard().ask(endpoint.realmId(), origins.values()).get(id).name();
  }

  private static boolean isInLine(Endpoint endpoint, UserState state, Verdict scope, Link link) {
    return scope == Verdict.OUT
        ? link.holds(Projection.LEFT)
        : link.holds(Projection.user(state, endpoint.mapping()));
  }

  /**
   * Needs {@code manage-realm}.
   *
   * @param user id, user name or mail address
   * @return {@code scope}, as in {@link Explained}, and {@code resource}: the SCIM resource as it
   *     would be sent now
   * @throws WebApplicationException as {@link #explain}
   */
  @GET
  @Path("preview")
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Object> preview(
      @QueryParam("endpoint") String name, @QueryParam("user") String user) {
    call.permissions().requireManageRealm();
    Endpoint endpoint = endpoint(name);
    call.log().record("sbe-scim/people/preview", endpoint.id());
    return call.within(connection -> previewed(connection, endpoint, required(user)))
        .orElseThrow(PeopleResource::unknown);
  }

  private Optional<Map<String, Object>> previewed(
      Connection connection, Endpoint endpoint, String user) throws SQLException {
    Stores stores = call.stores();
    String id = stores.realms().userId(connection, endpoint.realmId(), user).orElse(user);
    Map<String, UserState> found = read(connection, endpoint, id);
    if (!found.containsKey(id)) {
      return Optional.empty();
    }
    Verdict scope =
        stores.scopes().of(connection, endpoint.realmId(), endpoint.scope(), found).get(id);
    return Optional.of(
        Map.of(
            "scope", String.valueOf(scope),
            "resource", Projection.user(found.get(id), endpoint.mapping()).attributes()));
  }

  private Map<String, UserState> read(Connection connection, Endpoint endpoint, String id)
      throws SQLException {
    return call.stores()
        .realms()
        .users(connection, endpoint.realmId(), Set.of(id), endpoint.needs());
  }

  private Endpoint endpoint(String name) {
    ComponentModel component = call.endpoint(name);
    try {
      return Endpoint.of(
          component.getId(), call.realm().getId(), component.getName(), component.getConfig());
    } catch (InvalidEndpointException malformed) {
      throw AdminPermissions.error(malformed.getMessage(), Response.Status.CONFLICT);
    }
  }

  private static String required(String user) {
    if (user == null || user.isBlank()) {
      throw AdminPermissions.error(
          "user: an id, a user name or a mail address is needed", Response.Status.BAD_REQUEST);
    }
    return user;
  }

  private static WebApplicationException unknown() {
    return AdminPermissions.error(
        "nothing is known of such a person in this realm", Response.Status.NOT_FOUND);
  }
}
