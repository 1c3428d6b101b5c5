package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.reconcile.Valve;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.keycloak.component.ComponentModel;

/** What the safety valve of an endpoint holds: somebody has to release or to discard it. */
public final class HeldResource {

  private final Call call;

  HeldResource(Call call) {
    this.call = call;
  }

  /**
   * What is to be done.
   *
   * @param endpoint the component's name
   */
  public record Wanted(String endpoint) {}

  /**
   * A loss that is held.
   *
   * @param type {@code USER} or {@code GROUP}
   * @param name user name or path of the group; null where Keycloak no longer has it
   * @param group path of the group that the user is to be taken out of, or its id; null where the
   *     resource itself is lost
   * @param cause a {@link com.abilian.sbe.scim.project.LossCause}
   * @param since epoch milliseconds
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Held(
      String type, String id, String name, String mail, String group, String cause, long since) {}

  /**
   * Needs {@code manage-realm}: names of people are told.
   *
   * @return {@code held}, a list of {@link Held}, the oldest first
   * @throws WebApplicationException 400, 404: see {@link Call#endpoint}
   */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, List<Held>> read(@QueryParam("endpoint") String name) {
    call.permissions().requireManageRealm();
    ComponentModel endpoint = call.endpoint(name);
    return Map.of("held", call.within(connection -> held(connection, endpoint.getId())));
  }

  private List<Held> held(Connection connection, String endpointId) throws SQLException {
    Stores stores = call.stores();
    List<Loss> losses =
        stores.losses().held(connection, endpointId).values().stream()
            .map(one -> one.loss())
            .sorted(Comparator.comparingLong(Loss::at).thenComparing(loss -> loss.key().id()))
            .toList();
    Set<String> people =
        losses.stream()
            .filter(loss -> loss.key().type() == ResourceType.USER)
            .map(loss -> loss.key().id())
            .collect(Collectors.toSet());
    Names names = Names.of(connection, stores.realms(), call.realm().getId(), people);
    return losses.stream().map(loss -> told(loss, names)).toList();
  }

  private static Held told(Loss loss, Names names) {
    Loss.Key key = loss.key();
    String group = key.isMembership() ? names.name(ResourceType.GROUP, key.groupId()) : null;
    return new Held(
        key.type().name(),
        key.id(),
        names.name(key.type(), key.id()),
        names.mail(key.id()),
        key.isMembership() && group == null ? key.groupId() : group,
        loss.cause().name(),
        loss.at());
  }

  /**
   * Sends what is held. Needs {@code manage-realm}.
   *
   * @return {@code count}: how many losses
   * @throws WebApplicationException 400, 404, 409: see {@link Call#enabled}
   */
  @POST
  @Path("release")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Integer> release(Wanted wanted) {
    return decided(wanted, "release", Valve::release);
  }

  /**
   * Forgets what is held, and reads Keycloak again. Needs {@code manage-realm}.
   *
   * @return {@code count}: how many losses
   * @throws WebApplicationException 400, 404, 409: see {@link Call#enabled}
   */
  @POST
  @Path("discard")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Integer> discard(Wanted wanted) {
    return decided(wanted, "discard", Valve::discard);
  }

  @FunctionalInterface
  private interface Decision {
    int of(Valve valve, Connection connection) throws SQLException;
  }

  private Map<String, Integer> decided(Wanted wanted, String command, Decision decision) {
    call.permissions().requireManageRealm();
    ComponentModel endpoint = call.enabled(wanted == null ? null : wanted.endpoint());
    Valve valve = new Valve(call.stores(), call.realm().getId(), endpoint.getId());
    int count = call.within(connection -> decision.of(valve, connection));
    call.log().record("sbe-scim/held/" + command, endpoint.getId());
    return Map.of("count", count);
  }
}
