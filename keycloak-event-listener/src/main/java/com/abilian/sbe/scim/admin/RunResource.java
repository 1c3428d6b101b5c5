package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.keycloak.AdminPermissions;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.RunStore;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.keycloak.component.ComponentModel;

/** Asks for the reconciliation of an endpoint, and tells what it found. */
public final class RunResource {

  private final Call call;

  RunResource(Call call) {
    this.call = call;
  }

  /**
   * What is asked for.
   *
   * @param endpoint the component's name
   * @param dryRun whether nothing is to be changed
   */
  public record Wanted(String endpoint, boolean dryRun) {}

  /**
   * Needs {@code manage-realm}.
   *
   * @return 202 with the {@code id} of the run, which begins within some seconds
   * @throws WebApplicationException 400 without an endpoint's name, 404 where the realm has none of
   *     this name, 409 where it is disabled
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response begin(Wanted wanted) {
    call.permissions().requireManageRealm();
    ComponentModel component = call.enabled(wanted == null ? null : wanted.endpoint());
    Run run = Run.of(component.getId(), call.realm().getId(), "BY_HAND", wanted.dryRun());
    RunStore runs = new RunStore(call.tables());
    call.parts()
        .transactions()
        .runWithin(call.session(), connection -> runs.insert(connection, run));
    call.log().record("sbe-scim/runs", component.getId());
    return Response.accepted(Map.of("id", run.id())).build();
  }

  /**
   * Needs {@code manage-realm}: names of people are told.
   *
   * @return a {@link RunStatus}
   * @throws WebApplicationException 404 where the realm has no such run, or had it long ago
   */
  @GET
  @Path("{id}")
  @Produces(MediaType.APPLICATION_JSON)
  public RunStatus read(@PathParam("id") String id) {
    call.permissions().requireManageRealm();
    RunReader reader = new RunReader(call.tables());
    return call.within(connection -> reader.read(connection, call.realm().getId(), id))
        .orElseThrow(
            () -> AdminPermissions.error("there is no such run", Response.Status.NOT_FOUND));
  }
}
