package com.abilian.sbe.scim.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.RunStore;
import com.abilian.sbe.scim.store.Tables;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.component.ComponentModel;

class RunResourceTest extends AdminFixture {

  private final RunStore runs = new RunStore(new Tables(""));
  private final ComponentModel component = new ComponentModel();

  @BeforeEach
  void endpoint() {
    component.setId("e");
    component.setName("sbe-scim");
    components.add(component);
  }

  @SuppressWarnings("unchecked")
  private String begin(boolean dryRun) {
    Response answer = resource().runs().begin(new RunResource.Wanted("sbe-scim", dryRun));
    assertEquals(202, answer.getStatus());
    return ((Map<String, String>) answer.getEntity()).get("id");
  }

  private int refused(RunResource.Wanted wanted) {
    return assertThrows(WebApplicationException.class, () -> resource().runs().begin(wanted))
        .getResponse()
        .getStatus();
  }

  @Test
  void needsTheRoleManageRealm() {
    roles.add("view-realm");
    assertThrows(ForbiddenException.class, () -> begin(true));
    assertThrows(ForbiddenException.class, () -> resource().runs().read("any"));
  }

  @Test
  void refusesWhatIsNoEnabledEndpointOfTheRealm() {
    roles.add("manage-realm");
    assertEquals(400, refused(null));
    assertEquals(400, refused(new RunResource.Wanted(null, true)));
    assertEquals(404, refused(new RunResource.Wanted("other", true)));
    component.put("enabled", false);
    assertEquals(409, refused(new RunResource.Wanted("sbe-scim", true)));
    assertEquals(List.of(), database.call(c -> runs.all(c, "e")));
  }

  @Test
  void runThatWasAskedForIsTheNext() {
    roles.add("manage-realm");
    String id = begin(true);
    Run run = database.call(c -> runs.current(c, "e")).orElseThrow();
    assertEquals(id, run.id());
    assertTrue(run.dryRun());
    assertEquals("BY_HAND", run.cause());
  }

  @Test
  void tellsWhatWasFoundByName() {
    roles.add("manage-realm");
    database.user("u", "zoe");
    database.group("g", "Group", " ");
    String id = begin(true);
    Run run = database.call(c -> runs.current(c, "e")).orElseThrow();
    database.run(
        c -> {
          runs.insertItems(
              c,
              run,
              List.of(
                  new Run.Item(Action.CREATE, ResourceType.USER, "u", null),
                  new Run.Item(Action.UPDATE, ResourceType.GROUP, "g", "remote-g"),
                  new Run.Item(Action.DELETE, ResourceType.USER, "gone", "remote-gone"),
                  new Run.Item(Action.REPORT, ResourceType.USER, null, "other")));
          runs.save(
              c,
              run.startedAt(1)
                  .and(Action.CREATE, 1)
                  .and(Action.DELETE, 4)
                  .holding(4)
                  .ended(2, null));
        });
    RunStatus told = resource().runs().read(id);
    assertEquals("ended", told.phase());
    assertEquals(4, told.held());
    assertEquals(1, told.counts().get("create"));
    assertEquals(0, told.counts().get("adopt"));
    assertEquals(
        List.of(
            new RunStatus.Item("create", "USER", "u", "zoe", null),
            new RunStatus.Item("update", "GROUP", "g", "Group", "remote-g"),
            new RunStatus.Item("delete", "USER", "gone", null, "remote-gone"),
            new RunStatus.Item("report", "USER", null, null, "other")),
        told.items());
  }

  @Test
  void runThatCannotGoOnTellsWhy() {
    roles.add("manage-realm");
    EndpointStore endpoints = new EndpointStore(new Tables(""));
    database.run(
        c -> {
          endpoints.insert(c, "e", "r");
          endpoints.saveState(c, "e", EndpointStore.State.RETRYING, "no connection", 1, 9L);
        });
    assertEquals("no connection", resource().runs().read(begin(true)).waiting());
  }

  @Test
  void runOfAnotherRealmIsUnknown() {
    roles.add("manage-realm");
    Run other = Run.of("f", "other", "BY_HAND", false);
    database.run(c -> runs.insert(c, other));
    WebApplicationException unknown =
        assertThrows(WebApplicationException.class, () -> resource().runs().read(other.id()));
    assertEquals(404, unknown.getResponse().getStatus());
  }

  @Test
  void statusTellsTheLastRunThatWasToChangeSomething() {
    roles.addAll(List.of("manage-realm", "view-realm"));
    assertNull(status().lastRun());
    String id = begin(false);
    begin(true);
    assertEquals(id, status().lastRun().id());
    assertNull(status().lastRun().items());
  }

  private EndpointStatus status() {
    return ((List<?>) resource().status().read().get("endpoints"))
        .stream().map(EndpointStatus.class::cast).findFirst().orElseThrow();
  }
}
