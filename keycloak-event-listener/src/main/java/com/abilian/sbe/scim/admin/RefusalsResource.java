package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.keycloak.AdminPermissions;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.LinkReport;
import com.abilian.sbe.scim.store.LinkReport.Refusal;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader;
import com.abilian.sbe.scim.store.Stores;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.component.ComponentModel;

/** Whom the receiver of an endpoint refused, by name, and another attempt. */
public final class RefusalsResource {

  /** More are not told one by one, nor tried at once. */
  private static final int MOST = 1000;

  private final Call call;

  RefusalsResource(Call call) {
    this.call = call;
  }

  /**
   * A user or group that the receiver refused.
   *
   * @param type {@code USER} or {@code GROUP}
   * @param name user name or path of the group; null where Keycloak no longer has it
   * @param reason status and SCIM error type of the answer
   * @param since epoch milliseconds, or null
   * @param blockedBy name of another user or group of the realm that has the same name or address
   *     at the receiver, or its id; null where none is known
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Refused(
      String type,
      String id,
      String name,
      String mail,
      String reason,
      Long since,
      String blockedBy) {}

  /**
   * What is to be tried again.
   *
   * @param endpoint the component's name
   * @param user id, user name or mail address of one person; null for all that were refused
   */
  public record Wanted(String endpoint, String user) {}

  /**
   * Needs {@code manage-realm}: names of people are told.
   *
   * @return {@code refused}, a list of {@link Refused}, the longest refused first
   * @throws WebApplicationException 400, 404: see {@link Call#endpoint}
   */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, List<Refused>> read(@QueryParam("endpoint") String name) {
    call.permissions().requireManageRealm();
    ComponentModel endpoint = call.endpoint(name);
    call.log().record("sbe-scim/refused", endpoint.getId());
    return Map.of("refused", call.within(connection -> refused(connection, endpoint.getId())));
  }

  private List<Refused> refused(Connection connection, String endpointId) throws SQLException {
    List<Refusal> found = new LinkReport(call.tables()).waiting(connection, endpointId, MOST);
    Set<String> people =
        found.stream()
            .filter(one -> one.type() == ResourceType.USER)
            .flatMap(one -> Stream.of(one.resourceId(), one.blockedBy()))
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    RealmReader realms = new RealmReader(call.tables());
    Names names = Names.of(connection, realms, call.realm().getId(), people);
    return found.stream().map(one -> told(one, names)).toList();
  }

  private static Refused told(Refusal one, Names names) {
    String holder = one.blockedBy() == null ? null : names.name(one.type(), one.blockedBy());
    return new Refused(
        one.type().name(),
        one.resourceId(),
        names.name(one.type(), one.resourceId()),
        names.mail(one.resourceId()),
        one.error(),
        one.since(),
        holder == null ? one.blockedBy() : holder);
  }

  /**
   * Has one person, or all that were refused, tried again now. Needs {@code manage-realm}.
   *
   * @return {@code count}: how many users and groups
   * @throws WebApplicationException 400, 404, 409: see {@link Call#enabled}; 404 where the realm
   *     has no such person
   */
  @POST
  @Path("retry")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Integer> retry(Wanted wanted) {
    call.permissions().requireManageRealm();
    ComponentModel endpoint = call.enabled(wanted == null ? null : wanted.endpoint());
    List<Mark> marks = call.within(connection -> marks(connection, endpoint.getId(), wanted));
    if (marks.isEmpty() && wanted.user() != null) {
      throw AdminPermissions.error("the realm has no such person", Response.Status.NOT_FOUND);
    }
    Stores stores = call.stores();
    call.parts()
        .transactions()
        .runWithin(call.session(), connection -> stores.marks().insert(connection, marks));
    call.log().record("sbe-scim/refused/retry", endpoint.getId());
    return Map.of("count", marks.size());
  }

  private List<Mark> marks(Connection connection, String endpointId, Wanted wanted)
      throws SQLException {
    if (wanted.user() != null) {
      return new RealmReader(call.tables())
          .userId(connection, call.realm().getId(), wanted.user()).stream()
              .map(id -> mark(endpointId, ResourceType.USER, id))
              .toList();
    }
    return new LinkReport(call.tables())
        .waiting(connection, endpointId, MOST).stream()
            .map(one -> mark(endpointId, one.type(), one.resourceId()))
            .toList();
  }

  /** Nobody asks for a loss by it. */
  private Mark mark(String endpointId, ResourceType type, String id) {
    return Mark.of(
        call.realm().getId(),
        endpointId,
        Mark.Priority.LIVE,
        type == ResourceType.USER ? MarkKind.USER : MarkKind.GROUP,
        id,
        null,
        LossCause.COMPARED.name());
  }
}
